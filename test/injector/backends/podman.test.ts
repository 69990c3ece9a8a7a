// What podman cannot mount is refused by name, before podman says so in words of its own.
import { expect, test } from "vitest";
import { compile } from "../../../injector/backends/compile.ts";
import { load } from "../../../injector/documents/load.ts";
import { plan } from "../../../injector/plan/index.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";

const manifest = (volume: string) => {
  const text = `
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: t}
spec:
  volumes: [${volume}]
  steps: [{name: s, image: i, script: ls, volumeMounts: [{name: v, mountPath: /v, subPath: below}]}]
`;
  return compile(plan(resolve(load([{ path: "t.yaml", text }]), {})), "podman", { entrypointImage: "e" });
};

test.each(["{name: v, csi: {driver: d}}", "{name: v, nfs: {server: s, path: /}}"])("%s", async (volume) => {
  await expect(manifest(volume)).rejects.toMatchObject({
    diagnostics: [{ code: "volume-not-portable", message: expect.stringContaining('"v"') }],
  });
});

test("objects that were not given", async () => {
  const volume = "{name: v, projected: {sources: [{secret: {name: s}}]}}";
  await expect(manifest(volume)).rejects.toMatchObject({ diagnostics: [{ code: "data-not-given" }] });
});

test("a claim of the run is a volume of the run", async () => {
  const volume = "{name: v, ephemeral: {volumeClaimTemplate: {spec: {}}}}";
  expect(await manifest(volume)).toContain("emptyDir");
});
