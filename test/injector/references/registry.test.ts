// Names of images, and a registry that wants a token of somebody else.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { registryStore } from "../../../injector/references/registry/client.ts";
import { baseUrl, parseImage } from "../../../injector/references/registry/reference.ts";
import { makeBundle } from "./resolvers/_repository.ts";

test.each([
  ["alpine", "registry-1.docker.io", "library/alpine", "latest"],
  ["me/app:1.2", "registry-1.docker.io", "me/app", "1.2"],
  ["host.example/a/b", "host.example", "a/b", "latest"],
  ["localhost:5000/a:x", "localhost:5000", "a", "x"],
  [`h.io/a:x@sha256:${"0".repeat(64)}`, "h.io", "a", `sha256:${"0".repeat(64)}`],
])("%s", (image, registry, repository, reference) => {
  expect(parseImage(image)).toEqual({ registry, repository, reference });
});

test.each(["", "UPPER/case", "a b", "host.example/", "a/../b", "-x"])("%j is no image", (image) => {
  expect(parseImage(image)).toBeUndefined();
});

test("only registries on this machine speak plain HTTP", () => {
  expect(["localhost:5000", "127.0.0.1:80", "[::1]:1", "localhost.example", "10.0.0.1"].map(baseUrl)).toEqual(
    [
      "http://localhost:5000",
      "http://127.0.0.1:80",
      "http://[::1]:1",
      "https://localhost.example",
      "https://10.0.0.1",
    ],
  );
});

const bundle = makeBundle([{ kind: "task", name: "t", text: "x" }]);
const tokenFor = (authorization: string | undefined, url: URL): string =>
  authorization === `Basic ${btoa("me:secret")}` && url.searchParams.get("scope") === "repository:a:pull"
    ? "ticket"
    : "none";

let folder: string;
let server: Server;
let registry: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://registry");
    if (url.pathname === "/token") {
      response.end(JSON.stringify({ token: tokenFor(request.headers.authorization, url) }));
    } else if (request.headers.authorization !== "Bearer ticket") {
      const realm = `http://${registry}/token`;
      response.statusCode = 401;
      response.setHeader("www-authenticate", `Bearer realm="${realm}",service="s",scope="repository:a:pull"`);
      response.end();
    } else
      response.end(url.pathname.includes("/manifests/") ? bundle.manifest.content : "not what was asked for");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = mkdtempSync(join(tmpdir(), "baton-docker-"));
  process.env["DOCKER_CONFIG"] = folder;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test("a token is asked for with the credentials there are; what comes back is held against its digest", async () => {
  const store = () =>
    registryStore({ registry, repository: "a", reference: "x" }, AbortSignal.timeout(10_000));
  await expect(store().manifest("x")).rejects.toThrow("answers 401");
  writeFileSync(
    join(folder, "config.json"),
    JSON.stringify({ auths: { [registry]: { username: "me", password: "secret" } } }),
  );
  expect(await store().manifest("x")).toMatchObject({ digest: bundle.manifest.digest });
  await expect(store().manifest(`sha256:${"0".repeat(64)}`)).rejects.toThrow("is not sha256:000");
  await expect(store().blob(bundle.blobs[0]?.digest ?? "")).rejects.toThrow("what came back is not");
});
