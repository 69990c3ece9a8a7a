// The texts of a bound Task in the languages of their readers: what its author wrote still means something there, what came
// in as a value does not (substitute/data.ts).

import type { Artifacts, CacheUse, Raw, SidecarSpec, StepSpec } from "../../documents/spec.ts";
import {
  asWord,
  forEntrypoint,
  inTexts,
  type Live,
  nothingIsLive,
  plainTree,
} from "../../substitute/data.ts";
import { isCount } from "./retry-count.ts";

/** What a value may refer to nevertheless: what only the running pod can answer. */
export const laterInTask: Live = (reference) => reference.path[0] === "tasks" || isCount(reference);
export const laterInStep: Live = (reference) => reference.path[0] === "steps" || laterInTask(reference);

/** The entrypoint answers references in what it is told to run. */
export function settledStep({
  command,
  args,
  env,
  script,
  when,
  artifacts,
  cache,
  ...rest
}: StepSpec): StepSpec {
  return {
    ...plainTree(rest),
    ...inWords({ command, args, env }, asWord),
    ...(script === undefined ? {} : { script: forEntrypoint(script) }),
    ...(when === undefined ? {} : { when: inTexts(when, forEntrypoint) }),
    ...(artifacts === undefined ? {} : { artifacts: settledArtifacts(artifacts) }),
    ...(cache === undefined ? {} : { cache: settledCache(cache) }),
  };
}

/** What it is known by may be a result; the rest is known before. */
const settledCache = (cache: CacheUse): CacheUse =>
  typeof cache === "boolean" || cache.key === undefined
    ? cache
    : { ...cache, key: inTexts(cache.key, forEntrypoint) };

/** Digests are the entrypoint's to complete; paths and names are not. */
function settledArtifacts(artifacts: Artifacts): Artifacts {
  const plain = plainTree(artifacts);
  const inputs = plain.inputs?.map((input, at) => ({
    ...input,
    ...digestOf(artifacts.inputs?.[at]?.digest),
  }));
  return { ...plain, ...(inputs && { inputs }) };
}

const digestOf = <Digest>(digest: Digest | undefined) =>
  digest === undefined ? {} : { digest: inTexts(digest, forEntrypoint) };

/** Of a sidecar it answers none. */
export function settledSidecar({ command, args, env, ...rest }: SidecarSpec): SidecarSpec {
  return {
    ...plainTree(rest as SidecarSpec),
    ...inWords({ command, args, env }, (text) => asWord(text, nothingIsLive)),
  };
}

interface Words {
  readonly command: StepSpec["command"] | undefined;
  readonly args: StepSpec["args"] | undefined;
  readonly env: StepSpec["env"] | undefined;
}

const inWords = ({ command, args, env }: Words, asWord: (text: string) => string) => ({
  ...(command === undefined ? {} : { command: command.map((text) => asWord(text)) }),
  ...(args === undefined ? {} : { args: args.map((text) => asWord(text)) }),
  ...(env === undefined ? {} : { env: env.map((variable) => inVariable(variable, asWord)) }),
});

const inVariable = ({ value, ...rest }: Raw, asWord: (text: string) => string): Raw => ({
  ...plainTree(rest),
  ...(value === undefined ? {} : { value: typeof value === "string" ? asWord(value) : value }),
});
