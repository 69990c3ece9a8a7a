// The images in real engines: loaded from the archive that `make images` writes, and used as a pod uses them.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Index } from "../images/_layout.ts";
import { folder, ROOT } from "./_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman } from "./_engines.ts";
import { startRegistry } from "./_registry.ts";

const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
const ENTRYPOINT = join(ROOT, "dist/images/entrypoint.tar");
const BATON = join(ROOT, "dist/images/baton.tar");
const entrypoint = `ghcr.io/baton-run/entrypoint:${version}`;
const baton = `ghcr.io/baton-run/baton:${version}`;

const TASK = `
apiVersion: tekton.dev/v1
kind: Task
metadata: { name: hello }
spec:
  steps: [{ name: greet, image: busybox, script: "echo hello" }]
`;
const POD = `
apiVersion: v1
kind: Pod
metadata: { name: demo, annotations: { baton.run/order: "a, b" } }
spec:
  restartPolicy: Never
  containers: [{ name: a, image: busybox, command: [echo] }, { name: b, image: busybox, command: [echo] }]
`;
const REMOTE = `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: { name: remote }
spec:
  taskRef:
    resolver: git
    params: [{ name: url, value: HERE }, { name: pathInRepo, value: task.yaml }]
`;

const COMMIT = "git init -q -b main; git add task.yaml; git -c user.name=t -c user.email=t@t commit -qm t";

const LOCKED = [
  ...["--rm", "--network", "none", "--read-only", "--cap-drop", "ALL"],
  ...["--security-opt", "no-new-privileges"],
];

describe.each([
  ["podman", startPodman],
  ["docker", startDocker],
] as const)("%s", (_name, start) => {
  let engine: Engine;
  const volume = mkdtempSync(join(tmpdir(), "images-"));
  beforeAll(async () => {
    engine = await start();
  });
  afterAll(async () => {
    await engine?.stop();
    rmSync(volume, { recursive: true, force: true });
  });

  const run = (...words: readonly string[]) => {
    const { code, stdout, stderr } = engine.run(["run", ...LOCKED, ...words]);
    expect(code, stderr).toBe(0);
    return stdout.trim();
  };

  test("loads the entrypoint, which copies itself into a volume as an init container", () => {
    const loaded = engine.run(["load", "-i", ENTRYPOINT]);
    expect(loaded.code, loaded.stderr).toBe(0);
    expect(loaded.stdout).toContain(entrypoint);
    // As an emptyDir is.
    chmodSync(volume, 0o777);
    run("-v", `${volume}:/tekton/bin`, entrypoint, "cp", "/ko-app/entrypoint", "/tekton/bin/entrypoint");
    expect(run("-v", `${volume}:/tekton/bin:ro`, IMAGES.busybox, "/bin/ls", "-ln", "/tekton/bin")).toMatch(
      /^-r-xr-xr-x .* 65532 +65532 .* entrypoint$/m,
    );
    const step = ["-entrypoint", "/bin/echo", "--", "it runs"];
    expect(run("-v", `${volume}:/tekton/bin:ro`, IMAGES.busybox, "/tekton/bin/entrypoint", ...step)).toBe(
      "it runs",
    );
  });

  test("loads the CLI, which does what it does outside, with the files of this folder", async () => {
    const loaded = engine.run(["load", "-i", BATON]);
    expect(loaded.code, loaded.stderr).toBe(0);
    expect(loaded.stdout).toContain(baton);
    const here = folder({ "task.yaml": TASK, "pod.yaml": POD });
    for (const words of [
      ["validate", "task.yaml"],
      ["plan", "task.yaml"],
      ["compile", "task.yaml", "--to", "kubernetes"],
      ["compile", "task.yaml", "--to", "tekton"],
      ["inject", "-f", "pod.yaml"],
      ["--version"],
    ]) {
      const outside = await here.baton(...words);
      expect(run("-v", `${here.path}:/work:ro`, baton, ...words), outside.stderr).toBe(outside.stdout.trim());
    }
  });

  test("the CLI's image has no git, and says so; what is locked and kept needs none", async () => {
    const here = folder({ "task.yaml": TASK });
    const remote = REMOTE.replace("HERE", here.path);
    writeFileSync(join(here.path, "remote.yaml"), remote);
    execFileSync("sh", ["-ec", COMMIT], { cwd: here.path });
    const inside = () =>
      engine.run(
        ["run", ...LOCKED, "--tmpfs", "/tmp", "-v", `${here.path}:/work:ro`].concat([
          "-v",
          `${here.path}/cache:/tmp/.cache:ro`,
          baton,
          "validate",
          "remote.yaml",
        ]),
      );
    mkdirSync(join(here.path, "cache"), { mode: 0o755 });
    const without = inside();
    expect(without.stderr).toMatch(/error\[fetch-failed\].*there is no git command here/);
    expect(without.code).toBe(2);
    const environment = { XDG_CACHE_HOME: join(here.path, "cache") };
    expect(await here.start(["validate", "remote.yaml"], { environment }).ended).toMatchObject({ code: 0 });
    execFileSync("chmod", ["-R", "a+rX", here.path]);
    expect(inside()).toMatchObject({ code: 0, stderr: expect.stringMatching(/^nothing is wrong with/) });
  });

  test("there is no shell in the CLI's image", () => {
    expect(engine.run(["run", ...LOCKED, "--entrypoint", "/bin/sh", baton]).code).not.toBe(0);
  });
});

test("every command of docs/images.md does what it says", async () => {
  const page = readFileSync(join(ROOT, "docs/images.md"), "utf8");
  const block = (language: string) =>
    [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map(([, text = ""]) => text);
  const here = folder({ "task.yaml": block("yaml").join("") });
  symlinkSync(join(ROOT, "dist"), join(here.path, "dist"));
  const [registry, podman, docker] = await Promise.all([startRegistry(), startPodman(), startDocker()]);
  onTestFinished(async () => {
    registry.stop();
    await Promise.all([podman.stop(), docker.stop()]);
  });
  // Who logs in where is none of this test's business.
  writeFileSync(join(here.path, "auth.json"), "{}");
  const own = { REGISTRY: registry.host, REGISTRY_AUTH_FILE: join(here.path, "auth.json") };
  const env = { ...process.env, ...podman.environment, ...docker.environment, ...own };
  // A registry on loopback has no certificate.
  const commands = block("console").join("").replaceAll("skopeo copy", "skopeo copy --dest-tls-verify=false");
  const output = execFileSync("sh", ["-ec", commands], { cwd: here.path, env, encoding: "utf8" });
  expect(output).toContain((await here.baton("compile", "task.yaml", "--to", "kubernetes")).stdout);
  for (const name of ["entrypoint", "baton"]) {
    const headers = { accept: "application/vnd.oci.image.index.v1+json" };
    const address = `http://${registry.host}/v2/baton/${name}/manifests/${version}`;
    const pushed = (await fetch(address, { headers })).headers.get("docker-content-digest");
    const index = JSON.parse(readFileSync(join(ROOT, `dist/images/${name}/index.json`), "utf8")) as Index;
    expect(pushed).toBe(index.manifests[0]?.digest);
  }
});
