// Images of a run, before anything starts: all there or pulled, of this machine's architecture, and what they run by
// themselves where a step does not say. The entrypoint's own image is made of the binary beside this program.

import { readFileSync } from "node:fs";
import type { DigestSet } from "../../../entrypoint/protocol/index.ts";
import { entrypointImage as imageOfEntrypoint } from "../../../images/entrypoint.ts";
import { archive } from "../../../images/oci.ts";
import { type Diagnostic, UserError } from "../../diagnostics/diagnostic.ts";
import { VERSION } from "../../documents/version.ts";
import type { Plan, PlannedSidecar, PlannedStep } from "../../plan/model/plan.ts";
import { containerWords, type ImageWords, stepWords, withCommand } from "../../references/image-command.ts";
import { digestOf, findProgram } from "../host/program.ts";
import { call, type EngineName, lastWords } from "./call.ts";
import { inspect, takeEarly } from "./early.ts";
import { refused } from "./refused.ts";
import { rootProblems } from "./users.ts";

/** What an image is, as engines say it. */
export interface Look extends ImageWords {
  /** In hex, of the image's own configuration. */
  readonly id: string;
  readonly repoDigests: readonly string[];
  readonly architecture: string;
  readonly user: string;
}

export interface Images {
  /** With every command filled in. */
  readonly plan: Plan;
  /** By the names that steps have. */
  readonly looks: ReadonlyMap<string, Look>;
}

/** An engine's way to look at an image: undefined where it is not here. */
export type LookAt = (image: string) => Promise<Look | undefined>;

/** Throws UserError with all images that cannot be used. */
export async function withImages(
  plan: Plan,
  engine: EngineName,
  at: LookAt,
  signal?: AbortSignal,
): Promise<Images> {
  const all = [...plan.steps, ...plan.sidecars];
  const names = [...new Set(all.flatMap(({ image }) => image ?? []))];
  const found = await Promise.all(
    names.map((image) => look(engine, at, image, policyOf(all, image), signal)),
  );
  const looks = new Map(
    found.flatMap((one, index) => ("code" in one ? [] : [[names[index] ?? "", one] as const])),
  );
  const userOf = (image: string) => looks.get(image)?.user ?? UNKNOWN_USER;
  const problems = [...found.flatMap((one) => ("code" in one ? one : [])), ...rootProblems(plan, userOf)];
  if (problems.length > 0) throw new UserError(problems);
  const wordsOf = (image = ""): ImageWords => looks.get(image) ?? { entrypoint: [], cmd: [] };
  return {
    plan: {
      ...plan,
      steps: plan.steps.map((step) =>
        withDigest(withCommand(step, wordsOf(step.image), stepWords), looks.get(step.image ?? "")),
      ),
      sidecars: plan.sidecars.map((sidecar) => withCommand(sidecar, wordsOf(sidecar.image), containerWords)),
    },
    looks,
  };
}

/** The cache knows a step by what its image is, and not by what it is called. */
function withDigest(step: PlannedStep, look: Look | undefined): PlannedStep {
  const { cache } = step.flags;
  if (cache === undefined || look === undefined) return step;
  const image = `sha256:${look.id}`;
  return { ...step, flags: { ...step.flags, cache: JSON.stringify({ ...JSON.parse(cache), image }) } };
}

/** By the engine's command line. */
export async function lookAt(engine: EngineName, image: string): Promise<Look | undefined> {
  const asked = takeEarly(engine, image) ?? inspect(engine, image);
  const { code, stdout } = await asked;
  if (code !== 0) return undefined;
  const [found] = JSON.parse(stdout) as readonly InspectedImage[];
  return found === undefined ? undefined : lookOf(found);
}

/** As both engines print it. */
export interface InspectedImage {
  readonly Id: string;
  readonly RepoDigests?: readonly string[] | null;
  readonly Architecture?: string;
  readonly Config?: {
    readonly Entrypoint?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly User?: string;
  } | null;
}

export function lookOf({ Id, RepoDigests, Architecture = "", Config }: InspectedImage): Look {
  const { Entrypoint, Cmd, User = "" } = Config ?? {};
  return {
    id: Id.replace(/^sha256:/, ""),
    repoDigests: RepoDigests ?? [],
    architecture: Architecture,
    entrypoint: Entrypoint ?? [],
    cmd: Cmd ?? [],
    user: User,
  };
}

export interface EntrypointImage {
  readonly name: string;
  /** Of the entrypoint in it. */
  readonly digest: DigestSet;
}

/** The file of the entrypoint that runs in containers. */
export function nativeProgram(): string {
  const { file, native } = findProgram();
  if (!native) throw noNative(file);
  return file;
}

/** An image with the entrypoint in it, made where it is not there yet. */
export async function entrypointImage(engine: EngineName): Promise<EntrypointImage> {
  const binary = readFileSync(nativeProgram());
  const digest = digestOf(binary);
  const name = `localhost/baton/entrypoint:${digest["sha256"]?.slice(0, 16)}`;
  if ((await lookAt(engine, name)) !== undefined) return { name, digest };
  const image = imageOfEntrypoint({ [ARCHITECTURE]: binary }, VERSION, { reference: name });
  const loaded = await call(engine, ["load"], { input: archive(image, ARCHITECTURE) });
  if (loaded.code !== 0) throw refused(engine, "take the entrypoint's image", loaded);
  return { name, digest };
}

/** Of an image that is not there there is nothing to find fault with. */
const UNKNOWN_USER = "65534";

const ARCHITECTURE = process.arch === "x64" ? "amd64" : process.arch;

type Policy = "Always" | "IfNotPresent" | "Never";

/** The most eager of those who use it. */
function policyOf(all: readonly (PlannedStep | PlannedSidecar)[], image: string): Policy {
  const asked = all.filter((one) => one.image === image).map(({ container }) => container["imagePullPolicy"]);
  if (asked.includes("Always")) return "Always";
  return asked.every((policy) => policy === "Never") ? "Never" : "IfNotPresent";
}

/** What the image is, or why it cannot be used. */
async function look(
  engine: EngineName,
  at: LookAt,
  image: string,
  policy: Policy,
  signal: AbortSignal | undefined,
): Promise<Look | Diagnostic> {
  const here = policy === "Always" ? undefined : await at(image);
  if (here === undefined && policy === "Never")
    return missing(engine, image, "is not here, and never pulled");
  const found = here ?? (await pull(engine, at, image, signal));
  if ("code" in found || found.architecture === "" || found.architecture === ARCHITECTURE) return found;
  return foreign(image, found);
}

async function pull(
  engine: EngineName,
  at: LookAt,
  image: string,
  signal: AbortSignal | undefined,
): Promise<Look | Diagnostic> {
  const pulled = await call(engine, ["pull", "--quiet", image], { signal });
  const found = pulled.code === 0 ? await at(image) : undefined;
  return found ?? missing(engine, image, `is not here and cannot be pulled: ${lastWords(pulled)}`);
}

const missing = (engine: EngineName, image: string, why: string): Diagnostic => ({
  code: "image-missing",
  message: `the image ${image} ${why}`,
  severity: "error",
  cure: `check its name; \`${engine} pull ${image}\` or \`${engine} build\` gets it here`,
});

const foreign = (image: string, { architecture }: Look): Diagnostic => ({
  code: "image-architecture",
  message: `the image ${image} is for ${architecture}, and this machine is ${ARCHITECTURE}`,
  severity: "error",
  cure: `use an image for ${ARCHITECTURE}`,
});

const noNative = (file: string): UserError =>
  new UserError([
    {
      code: "no-entrypoint",
      message: `containers need the native entrypoint, and there is only ${file}`,
      severity: "error",
      cure: "make build, or set BATON_ENTRYPOINT to the native one",
    },
  ]);
