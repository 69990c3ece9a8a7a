// What an image runs by itself: its ENTRYPOINT and CMD, read from a registry, a directory of OCI's layout, or an
// engine of this machine. Pinned in the lock by the image's digest, so that a tag that moves changes nothing unseen.

import { createHash } from "node:crypto";
import type { Code } from "../diagnostics/codes.ts";
import { type Diagnostic, UserError } from "../diagnostics/diagnostic.ts";
import { defined } from "../documents/defined.ts";
import { refKey } from "../documents/refs.ts";
import { escapeVariables } from "../substitute/expansion.ts";
import type { FetchOptions } from "./fetch.ts";
import type { Lock, LockEntry } from "./lock.ts";
import { readImage } from "./registry/image.ts";
import { ResolverError } from "./resolver.ts";

export interface ImageCommand extends ImageWords {
  /** `sha256:…` of the manifest or index; absent for an image that only a local engine knows. */
  readonly digest?: string;
}

export interface ImageWords {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
}

export interface LookUpOptions extends FetchOptions {
  /** Directories of OCI's layout to look in first, by their `org.opencontainers.image.ref.name`. */
  readonly layouts?: readonly string[];
}

export interface LookedUp {
  readonly commands: ReadonlyMap<string, ImageCommand>;
  /** The given lock with what was looked up. */
  readonly lock: Lock;
}

/** Looks each image up once. Throws UserError with all that could not be found. */
export async function lookUpCommands(
  images: readonly string[],
  options: LookUpOptions = {},
): Promise<LookedUp> {
  const found = await Promise.all([...new Set(images)].map((image) => lookUp(image, options)));
  const faults = found.flatMap((one) => ("fault" in one ? [one.fault] : []));
  if (faults.length > 0) throw new UserError(faults);
  const commands = new Map<string, ImageCommand>();
  const lock = new Map(options.lock);
  for (const one of found)
    if ("entry" in one) {
      commands.set(one.image, one.command);
      lock.set(keyOf(one.image), one.entry);
    }
  return { commands, lock };
}

type Words = (image: ImageWords, args: readonly string[]) => readonly string[];

/**
 * What a step without a command runs, by Tekton's rule: where an image has no ENTRYPOINT, its CMD is the command, which
 * the arguments follow.
 */
export const stepWords: Words = ({ entrypoint, cmd }, args) =>
  containerWords(entrypoint.length > 0 ? { entrypoint, cmd } : { entrypoint: cmd, cmd: [] }, args);

/**
 * What any other container without a command runs, by Kubernetes' rule: arguments take the place of the image's CMD, its
 * ENTRYPOINT stays. `$(VAR)` means nothing in an image.
 */
export const containerWords: Words = ({ entrypoint, cmd }, args) => [
  ...entrypoint.map(escapeVariables),
  ...(args.length > 0 ? args : cmd.map(escapeVariables)),
];

/** A step or sidecar, as far as its command goes. */
interface Commanded {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args: readonly string[];
}

interface Containers {
  readonly steps: readonly Commanded[];
  readonly sidecars: readonly Commanded[];
}

/** Steps and sidecars without a command get their image's, and that image by its digest. */
export function withImageCommands<T extends Containers>(
  plan: T,
  commands: ReadonlyMap<string, ImageCommand>,
): T {
  const filled = (one: Commanded, words: Words) => {
    const known = commands.get(one.image ?? "");
    if (known === undefined) return one;
    const full = withCommand(one, known, words);
    return full === one ? one : { ...full, image: pinned(one.image ?? "", known) };
  };
  return {
    ...plan,
    steps: plan.steps.map((step) => filled(step, stepWords)),
    sidecars: plan.sidecars.map((sidecar) => filled(sidecar, containerWords)),
  };
}

/** The image's words where there is no command. */
export function withCommand<T extends Commanded>(one: T, image: ImageWords, wordsOf: Words): T {
  if (hasCommand(one)) return one;
  const [command, ...args] = wordsOf(image, one.args);
  return command === undefined ? one : { ...one, command: [command], args };
}

/** Images of the plans' containers that have no command. */
export const commandlessImagesOf = (plans: readonly Containers[]): readonly string[] =>
  plans
    .flatMap(({ steps, sidecars }) => [...steps, ...sidecars])
    .flatMap((one) => (hasCommand(one) || one.image === undefined || one.image === "" ? [] : [one.image]));

/** The image by the digest that was looked up: what runs is what was read. */
export function pinned(image: string, { digest }: ImageCommand): string {
  if (digest === undefined || image.startsWith("oci:")) return image;
  return `${image.replace(/@.*$/, "")}@${digest}`;
}

const hasCommand = ({ command }: Commanded): boolean => command !== undefined && command.length > 0;

type Found =
  | { readonly image: string; readonly command: ImageCommand; readonly entry: LockEntry }
  | { readonly fault: Diagnostic };

async function lookUp(image: string, options: LookUpOptions): Promise<Found> {
  const known = options.update === true ? undefined : options.lock?.get(keyOf(image));
  if (known === undefined && options.locked === true)
    return fault("not-locked", `the image ${image} is not in the lock file`, "run once without --locked");
  try {
    const text = await textOf(image, known, options);
    const sha256 = createHash("sha256").update(text).digest("hex");
    if (known !== undefined && known.sha256 !== sha256)
      return fault(
        "lock-mismatch",
        `${image} no longer runs what the lock file pins`,
        "find out why; then pin it anew with --update",
      );
    await options.store?.put(sha256, text);
    const command = JSON.parse(text) as ImageCommand;
    const pin = command.digest === undefined ? {} : { digest: command.digest };
    return { image, command, entry: { resolver: "image", params: { image }, pin, sha256 } };
  } catch (error) {
    if (!(error instanceof ResolverError)) throw error;
    return fault("image-not-found", `what ${image} runs cannot be looked up: ${error.message}`, error.cure);
  }
}

/** From the store where the lock says what it must be, else from wherever the image is. */
async function textOf(image: string, known: LockEntry | undefined, options: LookUpOptions): Promise<string> {
  const kept = known && (await options.store?.get(known.sha256));
  if (kept !== undefined && createHash("sha256").update(kept).digest("hex") === known?.sha256) return kept;
  const { signal = AbortSignal.timeout(60_000), layouts = [] } = options;
  const { entrypoint, cmd, digest } = await readImage(image, known?.pin["digest"], layouts, signal);
  return JSON.stringify({ entrypoint, cmd, ...defined({ digest }) });
}

const keyOf = (image: string): string =>
  refKey({ resolver: "image", params: [{ name: "image", value: image }] });

const fault = (code: Code, message: string, cure: string): Found => ({
  fault: { code, message, severity: "error", cure },
});
