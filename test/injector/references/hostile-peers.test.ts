// Servers and registries that answer with anything: it costs little, ends in words, and no word holds a password.
import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import { load } from "../../../injector/documents/load.ts";
import { fetchRefs } from "../../../injector/references/fetch.ts";
import { printLock } from "../../../injector/references/lock.ts";

const TASK =
  "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: r}\nspec: {steps: [{name: a, script: echo}]}\n";
const digestOf = (blob: Buffer): string => `sha256:${createHash("sha256").update(blob).digest("hex")}`;

const tar = (size: string, content = Buffer.alloc(0)): Buffer => {
  const head = Buffer.alloc(512);
  head.write("task.yaml", 0);
  head.write(size, 124);
  head.write("0", 156);
  return Buffer.concat([head, content, Buffer.alloc(1024)]);
};

const LAYERS: Readonly<Record<string, Buffer>> = {
  "a tar of a negative size": tar("-1000"),
  "a tar that says it is larger than it is": tar("77777777777"),
  "a tar of a size that is no number": tar("999"),
  "a bomb": gzipSync(Buffer.concat([tar("17777777777"), Buffer.alloc(64 << 20)])),
  "half a gzip": gzipSync(tar("10")).subarray(0, 40),
};
const MANIFESTS: Readonly<Record<string, string>> = {
  "no JSON": "<html>",
  "brackets without end": "[".repeat(100_000),
  "brackets within brackets": "[".repeat(50_000) + "]".repeat(50_000),
  "a digest that is a number": '{"layers":[{"digest":5,"annotations":null}]}',
  "layers that are null": '{"layers":[null]}',
  nothing: "null",
  "a digest by an old algorithm": manifestOf("md5:abc"),
};

function manifestOf(digest: string): string {
  const annotations = { "dev.tekton.image.name": "r", "dev.tekton.image.kind": "task" };
  return JSON.stringify({ schemaVersion: 2, layers: [{ digest, annotations }] });
}

const pages: Readonly<Record<string, (response: ServerResponse) => void>> = {
  "/ok": (response) => response.end(TASK),
  "/endless": endless,
  "/to-a-file": (response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
  "/to-data": (response) => response.writeHead(302, { location: "data:text/plain,hello" }).end(),
  "/round": (response) => response.writeHead(302, { location: "/round" }).end(),
  "/cut": (response) =>
    response.writeHead(200, { "content-length": "100" }).write("x", () => response.destroy()),
  "/bomb": (response) =>
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(Buffer.alloc(64 << 20, "#"))),
};

function endless(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write(Buffer.alloc(1 << 20, "#")));
  };
  response.on("drain", more);
  more();
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? "", "http://host");
  const [, , repository = "", kind = "", reference = ""] = url.pathname.split("/");
  if (!url.pathname.startsWith("/v2/"))
    return (pages[url.pathname] ?? ((one) => one.writeHead(404).end()))(response);
  const at = Number(repository.slice(1));
  const layer = Object.values(LAYERS)[at];
  if (repository.startsWith("m")) return response.end(Object.values(MANIFESTS)[at]);
  if (kind === "blobs" && reference === "lie") return response.end("else");
  return response.end(kind === "blobs" ? layer : manifestOf(digestOf(layer ?? Buffer.alloc(0))));
});
let host: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close().closeAllConnections());

const by = (resolver: string, params: Readonly<Record<string, string>>) =>
  fetchRefs(
    load([
      {
        path: "run.yaml",
        text: JSON.stringify({
          apiVersion: "tekton.dev/v1",
          kind: "TaskRun",
          metadata: { name: "t" },
          spec: {
            taskRef: { resolver, params: Object.entries(params).map(([name, value]) => ({ name, value })) },
          },
        }),
      },
    ]),
  );

async function saidOf(fetched: Promise<unknown>): Promise<string> {
  const error: unknown = await fetched.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return (error as UserError).diagnostics.map(({ code, message }) => `${code}: ${message}`).join("\n");
}

test.each(["/endless", "/to-a-file", "/to-data", "/round", "/cut", "/bomb"])("%s", async (path) => {
  expect(await saidOf(by("http", { url: `http://${host}${path}` }))).toMatch(
    /^fetch-failed: Task by http: http/,
  );
});

test.each(Object.keys(MANIFESTS).map((name, at) => [name, at] as const))(
  "for a manifest: %s",
  async (_name, at) => {
    expect(await saidOf(by("bundles", { bundle: `${host}/m${at}:latest`, name: "r" }))).toMatch(
      /^fetch-failed: /,
    );
  },
);

test.each(Object.keys(LAYERS).map((name, at) => [name, at] as const))(
  "for a layer: %s",
  async (_name, at) => {
    expect(await saidOf(by("bundles", { bundle: `${host}/l${at}:latest`, name: "r" }))).toMatch(
      /^fetch-failed: /,
    );
  },
);

test("no password and no token is in what is said, nor in the lock", async () => {
  for (const [resolver, name] of [
    ["http", "url"],
    ["git", "url"],
  ] as const) {
    const url = `http://user:PLANTED@${host}/nothing?token=PLANTED`;
    const more = resolver === "git" ? { pathInRepo: "x" } : {};
    expect(await saidOf(by(resolver, { [name]: url, ...more }))).not.toContain("PLANTED");
  }
  const { lock } = await by("http", { url: `http://user:PLANTED@${host}/ok?token=PLANTED` });
  expect(printLock(lock)).toContain(`http://${host}/ok?sha256=`);
  expect(printLock(lock)).not.toContain("PLANTED");
});
