// What Kubernetes' volumes become: sources that every backend understands, with the files of what was given.
import { expect, test } from "vitest";
import type { DataObject } from "../../../../injector/documents/spec.ts";
import { volumeSource } from "../../../../injector/plan/bind/volumes.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const data: readonly DataObject[] = [
  { kind: "ConfigMap", name: "settings", data: { colour: base64("blue"), size: base64("9") } },
  { kind: "Secret", name: "keys", data: { token: base64("t") } },
];
const projected = (...sources: readonly object[]) => ({ name: "v", projected: { sources } });
const colour = { base64: base64("blue"), mode: 0o644 };
const size = { base64: base64("9"), mode: 0o644 };
const token = { base64: base64("t"), mode: 0o644 };

test.each([
  ["one that says nothing of its source is empty", { name: "v" }, { kind: "empty" }],
  ["an emptyDir", { name: "v", emptyDir: {} }, { kind: "empty" }],
  [
    "an emptyDir with a limit",
    { name: "v", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
    { kind: "empty", medium: "Memory", sizeLimit: "1Mi" },
  ],
  [
    "objects projected into one directory",
    projected({ configMap: { name: "settings" } }, { secret: { name: "keys" } }),
    { kind: "projected", files: { colour, size, token } },
  ],
  [
    "some of their keys, under other paths",
    projected({ configMap: { name: "settings", items: [{ key: "colour", path: "a/b", mode: 0o400 }] } }),
    { kind: "projected", files: { "a/b": { ...colour, mode: 0o400 } } },
  ],
  [
    "an object that may be missing",
    projected({ secret: { name: "keys" } }, { configMap: { name: "none", optional: true } }),
    { kind: "projected", files: { token } },
  ],
  [
    "one of an object that may be missing, and is",
    { name: "v", configMap: { name: "none", optional: true } },
    { kind: "configMap", name: "none", files: {} },
  ],
  [
    "what only a cluster projects",
    projected({ serviceAccountToken: { path: "token" } }),
    { kind: "kubernetes", raw: { projected: { sources: [{ serviceAccountToken: { path: "token" } }] } } },
  ],
])("%s", (_name, volume, source) => {
  expect(volumeSource(volume, data)).toMatchObject(source);
});

test("an object that was not given leaves a projection without files", () => {
  const source = volumeSource(projected({ configMap: { name: "none" } }, { secret: { name: "keys" } }), data);
  expect(source).not.toHaveProperty("files");
});

test("the projection's mode is that of its files", () => {
  const volume = { name: "v", projected: { defaultMode: 0o440, sources: [{ secret: { name: "keys" } }] } };
  expect(volumeSource(volume, data)).toMatchObject({ files: { token: { ...token, mode: 0o440 } } });
});
