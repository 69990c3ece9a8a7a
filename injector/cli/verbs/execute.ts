// Carries out `baton run`: runs what the files say, shows how it goes, and answers with the run's exit code.

import { randomBytes, randomUUID } from "node:crypto";
import type { EngineName } from "../../backends/containers/call.ts";
import { type Definitions, definitionsOf } from "../../continue/definitions.ts";
import { UserError } from "../../diagnostics/diagnostic.ts";
import { defined } from "../../documents/defined.ts";
import type { Plan } from "../../plan/model/plan.ts";
import type { RunRecord, StreamEvent } from "../../record/record.ts";
import { withAbsoluteFolders } from "../../resolve/folders.ts";
import type { ResolvedRun } from "../../resolve/resolved.ts";
import { type LocalRunOptions, streamLocal } from "../../run/local.ts";
import { type Keeper, keepRun } from "../../runs/keep.ts";
import { type CacheOptions, cacheAsked, claimAsked, sizeAsked, USUAL_SIZE } from "../input/cache-options.ts";
import { composeInput, profilesIn } from "../input/compose-input.ts";
import { type EnvironmentFlags, environmentOf } from "../input/environment.ts";
import { filesOrFound } from "../input/found.ts";
import type { InputOptions } from "../input/input.ts";
import { type KeptOptions, runsRoot } from "../input/kept-options.ts";
import { type OutputOptions, outputOf } from "../input/output.ts";
import { resolveInput } from "../input/resolve-input.ts";
import type { SigningOptions } from "../input/signing.ts";
import { interrupts } from "../process/interrupts.ts";
import { commandLine } from "../screen/again.ts";
import { RUN_FORMATS } from "../screen/formats.ts";
import { openView, type ViewOptions } from "../screen/view.ts";
import type { Terminal } from "../terminal.ts";

export interface RunFlags
  extends CacheOptions,
    InputOptions,
    SigningOptions,
    KeptOptions,
    OutputOptions,
    EnvironmentFlags {
  readonly on: "local" | EngineName | "kubernetes";
  readonly network?: string;
  readonly namespace?: string;
  readonly context?: string;
  readonly inject?: "init" | "image-volume";
  readonly restricted?: boolean;
  readonly entrypointImage?: string;
  readonly profile?: readonly string[];
  readonly device?: readonly string[];
  readonly home?: boolean;
  readonly continue?: string;
  readonly from?: string;
  readonly only?: string;
  readonly keep?: boolean;
  readonly provenance?: string;
  readonly report?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly timestamps?: boolean;
  readonly logOrder?: "live" | "grouped";
  readonly junit?: string;
}

/** Throws UserError for a mistake of the user's. */
export async function execute(
  terminal: Terminal,
  given: readonly string[],
  flags: RunFlags,
): Promise<number> {
  const files = filesOrFound(terminal, given);
  const attest = await attesting(terminal, flags);
  const run = await openRun(terminal, files, flags);
  const view = openView(terminal, { ...viewOptions(terminal, flags), output: outputOf(flags, RUN_FORMATS) });
  const asked = interrupts(terminal, (text) => view.say(text));
  const keeper = keeping(terminal, run, flags);
  const report = await reporting(flags);
  let record: RunRecord | undefined;
  const id = randomUUID();
  const cache = flags.on === "kubernetes" ? claimAsked(flags, id) : cacheAsked(terminal, flags, id);
  const size = sizeAsked(flags.cacheSize ?? USUAL_SIZE);
  const options = {
    ...defined({ cache }),
    signal: asked.signal,
    kill: asked.kill,
    keep: flags.keep === true,
    onPlan: (plan: Plan) => {
      view.add(plan);
      keeper?.plan(plan);
      report?.plan(plan);
    },
  };
  try {
    for await (const event of await run.start(options)) {
      keeper?.add(event);
      report?.add(event);
      view.show(event);
      if (event.type === "runFinished") record = event.record;
    }
  } catch (error) {
    if (error instanceof UserError) keeper?.refuse(error.diagnostics);
    throw error;
  } finally {
    asked.release();
  }
  if (cache?.source.kind === "folder") await keepSmall(cache.source.path, size);
  if (record?.state === "succeeded") attest?.(record);
  return record?.exitCode ?? 1;
}

/** What is to be run, of whatever kind. */
interface Opened {
  readonly name: string;
  readonly definitions?: Definitions;
  start(options: LocalRunOptions): Promise<AsyncIterable<StreamEvent>>;
}

async function openRun(terminal: Terminal, files: readonly string[], flags: RunFlags): Promise<Opened> {
  const compose = composeInput(files);
  if (compose === undefined) {
    const resolved = await resolveInput(terminal, files, flags, {
      suffix: randomBytes(3).toString("hex").slice(0, 5),
    });
    const continued = isContinuing(flags)
      ? (await import("./continuing.ts")).continuing(terminal, resolved, flags)
      : undefined;
    return {
      name: resolved.name,
      definitions: definitionsOf(withAbsoluteFolders(resolved)),
      start: (options) => start(terminal, resolved, flags, { ...options, ...defined({ continued }) }),
    };
  }
  if (isContinuing(flags)) throw await notContinued(compose.path);
  const { planCompose, runCompose } = await import("../../run/compose.ts");
  const profiles = [...(flags.profile ?? []), ...profilesIn(terminal)];
  const { name } = planCompose(compose, profiles);
  // Processes of this machine are none of a compose file's services: docker runs it where nothing else is said.
  if (flags.on === "kubernetes") throw await notThere(compose.path);
  const engine = flags.on === "local" ? "docker" : flags.on;
  return { name, start: async (options) => runCompose(compose, { ...options, engine, profiles }) };
}

const isContinuing = ({ continue: wanted, from, only }: RunFlags): boolean =>
  [wanted, from, only].some((one) => one !== undefined);

async function notContinued(file: string): Promise<Error> {
  const { mistake } = await import("../../diagnostics/diagnostic.ts");
  return mistake(
    "bad-flag",
    `${file} is a compose file, of which all is run`,
    "leave --continue, --from, --only out",
  );
}

async function notThere(file: string): Promise<Error> {
  const { mistake } = await import("../../diagnostics/diagnostic.ts");
  return mistake(
    "bad-flag",
    `${file} is a compose file, and compose knows no cluster`,
    "run it with --on docker or podman",
  );
}

/** What was of no use for longest goes. */
async function keepSmall(folder: string, size: number): Promise<void> {
  const { prune } = await import("../../cache/prune.ts");
  prune(folder, { size, now: Date.now() });
}

const viewOptions = (
  { words }: Terminal,
  { quiet, verbose, timestamps, logOrder, junit }: RunFlags,
): Omit<ViewOptions, "output"> => ({
  ...defined({ quiet, verbose, timestamps, logOrder, junit }),
  again: commandLine(words),
});

/** The run goes on where it cannot be kept. */
function keeping(terminal: Terminal, { name, definitions }: Opened, flags: RunFlags): Keeper | undefined {
  const onFault = (message: string) => void terminal.err.write(`note: ${message}\n`);
  return flags.record === false
    ? undefined
    : keepRun(runsRoot(terminal, flags), name, { onFault, ...defined({ definitions }) });
}

/** The page is written when the run has ended, however it did. Throws UserError at once where it cannot be. */
async function reporting({ report: file }: RunFlags): Promise<Pick<Keeper, "plan" | "add"> | undefined> {
  if (file === undefined) return undefined;
  const [{ reportPage }, { Teller }, { graphOf }, { writeFile }] = await Promise.all([
    import("../../report/page.ts"),
    import("../../report/told.ts"),
    import("../../pictures/graph.ts"),
    import("../process/write.ts"),
  ]);
  writeFile("", file);
  const teller = new Teller();
  return {
    plan: (plan) => teller.graph(graphOf([plan])),
    add: (event) => {
      teller.add(event);
      const told = teller.told();
      if (told !== undefined) writeFile(reportPage(told), file);
    },
  };
}

/** What is wrong with the key is said before anything runs. */
async function attesting(
  terminal: Terminal,
  flags: RunFlags,
): Promise<((record: RunRecord) => void) | undefined> {
  const { provenance } = flags;
  if (provenance !== undefined)
    return (await import("./attestation.ts")).openAttestation(terminal, flags, provenance);
  const [flag] = (["key", "builderId"] as const).filter((one) => flags[one] !== undefined);
  if (flag === undefined) return undefined;
  const { mistake } = await import("../../diagnostics/diagnostic.ts");
  const word = flag === "key" ? "--key" : "--builder-id";
  throw mistake("bad-flag", `${word} says how to attest, and nothing is attested`, "add --provenance FILE");
}

async function start(
  terminal: Terminal,
  resolved: ResolvedRun,
  flags: RunFlags,
  options: LocalRunOptions,
): Promise<AsyncIterable<StreamEvent>> {
  const { on, network, device = [], home = false } = flags;
  if (on === "local") {
    const onKept = (directory: string) => void terminal.err.write(`kept: ${directory}\n`);
    const environment = environmentOf(terminal, flags);
    return streamLocal(resolved, { ...options, onKept, devices: device, environment, home });
  }
  const local = { device, env: flags.env, "env-file": flags.envFile, home: home ? [home] : [] };
  for (const [flag, given = []] of Object.entries(local)) if (given.length > 0) throw await onlyLocal(flag);
  if (on === "kubernetes") return startInCluster(terminal, resolved, flags, options);
  const { streamInContainers } = await import("../../run/containers.ts");
  return streamInContainers(resolved, { ...options, engine: on, ...defined({ network }) });
}

async function startInCluster(
  terminal: Terminal,
  resolved: ResolvedRun,
  flags: RunFlags,
  options: LocalRunOptions,
): Promise<AsyncIterable<StreamEvent>> {
  const [{ runInCluster }, { imageCommands }] = await Promise.all([
    import("../../run/cluster.ts"),
    import("../input/references.ts"),
  ]);
  const { namespace, context, inject, restricted, entrypointImage = "" } = flags;
  return runInCluster(resolved, {
    ...options,
    cluster: { entrypointImage, ...defined({ namespace, context, inject, restricted }) },
    commands: (images) => imageCommands(terminal, images, flags),
  });
}

async function onlyLocal(flag: string): Promise<Error> {
  const { mistake } = await import("../../diagnostics/diagnostic.ts");
  return mistake("bad-flag", `--${flag} is for runs on this machine`, "run it with --on local");
}
