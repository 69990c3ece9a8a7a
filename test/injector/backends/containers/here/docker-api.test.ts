// Where docker's own command line would ask.
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { dockerSocket } from "../../../../../injector/backends/containers/here/docker-api.ts";

function config(files: Readonly<Record<string, object>>): string {
  const folder = mkdtempSync(join(tmpdir(), "docker-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), JSON.stringify(content));
  }
  return folder;
}

const context = (name: string, host: string) => ({
  [`contexts/meta/${createHash("sha256").update(name).digest("hex")}/meta.json`]: {
    Endpoints: { docker: { Host: host } },
  },
});

test.each([
  ["by itself", {}, "/var/run/docker.sock"],
  ["at a socket", { DOCKER_HOST: "unix:///run/user/1/docker.sock" }, "/run/user/1/docker.sock"],
  ["over ssh", { DOCKER_HOST: "ssh://me@there" }, undefined],
  ["over TCP", { DOCKER_HOST: "tcp://127.0.0.1:2375" }, undefined],
])("%s", (_, environment, socket) => {
  expect(dockerSocket({ DOCKER_CONFIG: config({}), ...environment })).toBe(socket);
});

test("the context that is in use says so, the variables say more", () => {
  const DOCKER_CONFIG = config({
    "config.json": { currentContext: "near" },
    ...context("near", "unix:///near"),
    ...context("far", "tcp://far:2375"),
  });
  expect(dockerSocket({ DOCKER_CONFIG })).toBe("/near");
  expect(dockerSocket({ DOCKER_CONFIG, DOCKER_CONTEXT: "far" })).toBeUndefined();
  expect(dockerSocket({ DOCKER_CONFIG, DOCKER_CONTEXT: "gone" })).toBeUndefined();
  expect(dockerSocket({ DOCKER_CONFIG, DOCKER_CONTEXT: "default" })).toBe("/var/run/docker.sock");
  expect(dockerSocket({ DOCKER_CONFIG, DOCKER_HOST: "unix:///other" })).toBe("/other");
});
