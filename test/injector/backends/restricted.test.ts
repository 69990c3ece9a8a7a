// `--restricted` prints only what the Pod Security profile of that name takes.
import { expect, test } from "vitest";
import { compile } from "../../../injector/backends/compile.ts";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import { load } from "../../../injector/documents/load.ts";
import { plan } from "../../../injector/plan/index.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";

const restricted = async (step: string, task = "", run = "") => {
  const text = `apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: t}
spec: {${run} taskSpec: {${task} steps: [{name: s, image: i, script: id, ${step}}]}}`;
  const set = plan(resolve(load([{ path: "t.yaml", text }])));
  return compile(set, "kubernetes", { entrypointImage: "e", restricted: true });
};

const context = (fields: string) => `securityContext: {${fields}}`;

test.each([
  ["is privileged", context("privileged: true")],
  ["may gain privileges", context("allowPrivilegeEscalation: true")],
  ["adds the capability SYS_ADMIN", context("capabilities: {add: [SYS_ADMIN]}")],
  ["adds the capability CHOWN", context("capabilities: {add: [CAP_CHOWN], drop: [ALL]}")],
  ["keeps capabilities", context("capabilities: {drop: [CHOWN]}")],
  ["is unconfined", context("seccompProfile: {type: Unconfined}")],
  ["is unconfined", context("appArmorProfile: {type: Unconfined}")],
  ["runs as root", context("runAsUser: 0")],
  ["may run as root", context("runAsNonRoot: false")],
  ["has a procMount", context("procMount: Unmasked")],
  ["has seLinuxOptions", context("seLinuxOptions: {type: spc_t}")],
  [
    "the volume h is a hostPath",
    "volumeMounts: [{name: h, mountPath: /h}]",
    "volumes: [{name: h, hostPath: {path: /}}],",
  ],
  ["has hostNetwork", "", "", "podTemplate: {hostNetwork: true},"],
  ["is unconfined", "", "", "podTemplate: {securityContext: {seccompProfile: {type: Unconfined}}},"],
  [
    "sets kernel.msgmax",
    "",
    "",
    "podTemplate: {securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}},",
  ],
])("what %s is refused", async (...[what = "", step = "", task, run]: readonly string[]) => {
  const refusal = await restricted(step, task, run).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(UserError);
  const { diagnostics } = refusal as UserError;
  expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(["not-restricted"]));
  expect(diagnostics.some(({ message }) => message.includes(what))).toBe(true);
});

test.each([
  "",
  context("runAsUser: 1000, capabilities: {add: [NET_BIND_SERVICE], drop: [ALL]}"),
  context("seccompProfile: {type: Localhost, localhostProfile: x}"),
])("what fits is printed (%s)", async (step) => {
  expect(await restricted(step)).toContain("runAsNonRoot: true");
});
