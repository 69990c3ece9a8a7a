// The example with real tools: a git server, GCC, buildah, skopeo and a registry, six Tasks in one pod.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folder, ROOT } from "./_baton.ts";
import { type Engine, startDocker, startPodman } from "./_engines.ts";

const EXAMPLE = join(ROOT, "examples/git-build-push");
const IMAGES = join(ROOT, "build/example/images");

let place: string;
let repository: string;
let services: Services;
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "git-build-push-"));
  repository = join(place, "repositories/digest");
  mkdirSync(IMAGES, { recursive: true });
  symlinkSync(IMAGES, join(place, "images"));
  services = await startServices();
});
afterAll(async () => {
  await services?.stop();
  rmSync(place, { recursive: true, force: true });
});

describe.each([
  { on: "podman", open: async () => startPodman() },
  { on: "docker", open: startDocker },
])("on $on", ({ on, open }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await open();
    for (const name of ["git", "gcc", "buildah", "skopeo"])
      expect(engine.run(["load", "--input", `${IMAGES}/${name}.tar`])).toMatchObject({ code: 0 });
  });
  afterAll(() => engine?.stop());

  const run = (image: string, revision: string) => {
    const params = {
      url: `${services.git}/digest`,
      revision,
      toolchain: `${services.registry}/gcc`,
      image,
      "tls-verify": "false",
    };
    const given = Object.entries(params).flatMap(([name, value]) => ["-p", `${name}=${value}`]);
    const where = ["-w", "name=data,emptyDir=", "--on", on, "--network", "host"];
    return folder({}, engine.environment).record(EXAMPLE, ...given, ...where);
  };

  test("what is pushed is what the commit says, under the digest that the run tells", async () => {
    const image = `${services.registry}/${on}:1`;
    const record = await run(image, "main");
    expect(record.steps.map(({ step, state }) => `${step} ${state}`)).toEqual(
      ["clone", "lint", "test", "build", "push", "verify"].map((name) => `step-${name}-${name} succeeded`),
    );
    const there = JSON.parse(skopeo("inspect", `docker://${image}`));
    expect(record.results).toEqual([
      { name: "commit", value: git("rev-parse", "main") },
      { name: "IMAGE_URL", value: image },
      { name: "IMAGE_DIGEST", value: there.Digest },
    ]);
    expect(there.Layers).toHaveLength(1);
    expect(runFromLayer(image, there.Layers[0], "baton")).toBe(
      `${createHash("sha256").update("baton").digest("hex")}\n`,
    );
  });

  test("a fault that lint finds is named, hides no tests, and is not pushed", async () => {
    commitFault(`fault-${on}`);
    const record = await run(`${services.registry}/${on}:fault`, `fault-${on}`);
    expect(record).toMatchObject({ state: "failed", exitCode: 2 });
    expect(record.message).toContain("step-lint-lint failed");
    const steps = new Map(record.steps.map((status) => [status.step, status]));
    const cause = { step: "step-lint-lint", state: "failed" };
    expect(steps.get("step-clone-clone")?.state).toBe("succeeded");
    expect(steps.get("step-lint-lint")?.state).toBe("failed");
    // It was the tests' turn when it was lint's: a failure beside them does not hide what they have to say.
    expect(steps.get("step-test-test")?.state).toBe("succeeded");
    expect(steps.get("step-push-push")).toMatchObject({ state: "skipped", cause });
    expect(steps.get("step-verify-verify")).toMatchObject({ state: "skipped", cause });
    const tags = await (await fetch(`http://${services.registry}/v2/${on}/tags/list`)).json();
    expect(tags).toEqual({ name: on, tags: ["1"] });
  });
});

/** Fine for the compiler, and not for its analyzer. */
const FAULT = "#include <stdlib.h>\nint leak(void) { return malloc(1) == NULL; }\n";

function commitFault(branch: string): void {
  const file = join(repository, "digest.c");
  git("switch", "--quiet", "--create", branch, "main");
  writeFileSync(file, FAULT + readFileSync(file, "utf8"));
  const author = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
  git(...author, "commit", "--quiet", "--all", "--message", "leak");
}

interface Services {
  readonly git: string;
  readonly registry: string;
  stop(): Promise<void>;
}

/** They run beside a command that tells where they are, and ends with its standard input. */
async function startServices(): Promise<Services> {
  const script = 'echo "$GIT_URL $REGISTRY"; cat >/dev/null';
  const child = spawn(join(EXAMPLE, "with-services.sh"), [place, "sh", "-c", script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  const [git = "", registry = ""] = (await firstLine(child)).split(" ");
  const stop = () => {
    child.stdin?.end();
    return ended;
  };
  return { git, registry, stop };
}

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((done, fail) => {
    child.once("exit", () => fail(new Error("the services did not start")));
    child.stdout?.once("data", (data: Buffer) => done(data.toString("utf8").trim()));
  });

const git = (...words: readonly string[]): string =>
  execFileSync("git", ["-C", repository, ...words], { encoding: "utf8" }).trim();

function skopeo(verb: string, ...words: readonly string[]): string {
  const trust =
    verb === "inspect" ? ["--tls-verify=false"] : ["--src-tls-verify=false", "--dest-tls-verify=false"];
  return execFileSync("skopeo", [verb, ...trust, ...words], { encoding: "utf8" });
}

/** What the program in the image's only layer says to this input. */
function runFromLayer(image: string, layer: string, input: string): string {
  const copy = mkdtempSync(join(place, "copy-"));
  skopeo("copy", `docker://${image}`, `dir:${copy}`);
  execFileSync("tar", ["-C", copy, "-xf", join(copy, layer.replace("sha256:", ""))]);
  return execFileSync(join(copy, "digest"), { input, encoding: "utf8" });
}
