// Images of a run, before anything starts: all there or pulled, of this machine's architecture, and what they run by
// themselves where a step does not say. The entrypoint's own image is made of the binary beside this program.

import { readFileSync } from "node:fs";
import type { DigestSet } from "../../../entrypoint/protocol/index.ts";
import { entrypointImage as imageOfEntrypoint } from "../../../images/entrypoint.ts";
import { archive } from "../../../images/oci.ts";
import { type Diagnostic, UserError } from "../../diagnostics/diagnostic.ts";
import { VERSION } from "../../documents/version.ts";
import type { Plan, PlannedSidecar, PlannedStep } from "../../plan/model/plan.ts";
import { type ImageWords, imageWords } from "../../references/image-command.ts";
import { digestOf, findProgram } from "../host/program.ts";
import { call, type Engine, lastWords } from "./engine.ts";
import { refused } from "./refused.ts";
import { rootProblems } from "./users.ts";

/** The plan with every command filled in. Throws UserError with all images that cannot be used. */
export async function withImages(plan: Plan, engine: Engine["name"], signal?: AbortSignal): Promise<Plan> {
  const all = [...plan.steps, ...plan.sidecars];
  const names = [...new Set(all.flatMap(({ image }) => image ?? []))];
  const looks = await Promise.all(names.map((image) => look(engine, image, signal)));
  const users = (image: string) => userIn(looks[names.indexOf(image)]);
  const problems = [...looks.flatMap((one) => ("code" in one ? one : [])), ...rootProblems(plan, users)];
  if (problems.length > 0) throw new UserError(problems);
  const filled = <T extends PlannedStep | PlannedSidecar>(one: T): T =>
    withCommand(one, looks[names.indexOf(one.image ?? "")]);
  return { ...plan, steps: plan.steps.map(filled), sidecars: plan.sidecars.map(filled) };
}

export interface EntrypointImage {
  readonly name: string;
  /** Of the entrypoint in it. */
  readonly digest: DigestSet;
}

/** An image with the entrypoint in it, made where it is not there yet. */
export async function entrypointImage(engine: Engine["name"]): Promise<EntrypointImage> {
  const { file, native } = findProgram();
  if (!native) throw noNative(file);
  const binary = readFileSync(file);
  const digest = digestOf(binary);
  const name = `localhost/baton/entrypoint:${digest["sha256"]?.slice(0, 16)}`;
  if ((await inspect(engine, name)) !== undefined) return { name, digest };
  const image = imageOfEntrypoint({ [ARCHITECTURE]: binary }, VERSION, { reference: name });
  const loaded = await call(engine, ["load"], { input: archive(image, ARCHITECTURE) });
  if (loaded.code !== 0) throw refused(engine, "take the entrypoint's image", loaded);
  return { name, digest };
}

interface Inspected extends ImageWords {
  readonly architecture: string;
  readonly user: string;
}

/** Of an image that is not there there is nothing to find fault with. */
const userIn = (look: Inspected | Diagnostic | undefined): string =>
  look === undefined || "code" in look ? UNKNOWN_USER : look.user;

const UNKNOWN_USER = "65534";

const ARCHITECTURE = process.arch === "x64" ? "amd64" : process.arch;

async function inspect(engine: Engine["name"], image: string): Promise<Inspected | undefined> {
  const { code, stdout } = await call(engine, ["image", "inspect", image]);
  if (code !== 0) return undefined;
  const [found] = JSON.parse(stdout) as readonly {
    Architecture?: string;
    Config?: { Entrypoint?: string[] | null; Cmd?: string[] | null; User?: string } | null;
  }[];
  const { Entrypoint, Cmd, User = "" } = found?.Config ?? {};
  return {
    architecture: found?.Architecture ?? "",
    entrypoint: Entrypoint ?? [],
    cmd: Cmd ?? [],
    user: User,
  };
}

/** What the image is, or why it cannot be used. */
async function look(
  engine: Engine["name"],
  image: string,
  signal: AbortSignal | undefined,
): Promise<Inspected | Diagnostic> {
  const found = (await inspect(engine, image)) ?? (await pull(engine, image, signal));
  if ("code" in found || found.architecture === "" || found.architecture === ARCHITECTURE) return found;
  return foreign(image, found);
}

async function pull(
  engine: Engine["name"],
  image: string,
  signal: AbortSignal | undefined,
): Promise<Inspected | Diagnostic> {
  const pulled = await call(engine, ["pull", "--quiet", image], { signal });
  const found = pulled.code === 0 ? await inspect(engine, image) : undefined;
  if (found !== undefined) return found;
  return {
    code: "image-missing",
    message: `the image ${image} is not here and cannot be pulled: ${lastWords(pulled)}`,
    severity: "error",
    cure: `check its name; \`${engine} pull ${image}\` or \`${engine} build\` gets it here`,
  };
}

function withCommand<T extends PlannedStep | PlannedSidecar>(
  one: T,
  image: Inspected | Diagnostic | undefined,
): T {
  if ((one.command?.length ?? 0) > 0 || image === undefined || "code" in image) return one;
  const words = imageWords(image, one.args);
  return words.length === 0 ? one : { ...one, command: words.slice(0, 1), args: words.slice(1) };
}

const foreign = (image: string, { architecture }: Inspected): Diagnostic => ({
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
