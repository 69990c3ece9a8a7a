// One run, from a plan to its last event: check, make what must exist, start everything, watch, end, clear away.

import { join } from "node:path";
import { BINARY, formatFlags, WORKSPACE } from "../../../entrypoint/protocol/index.ts";
import { type Diagnostic, UserError } from "../../diagnostics/diagnostic.ts";
import type { Plan, PlannedSidecar, PlannedStep } from "../../plan/model/plan.ts";
import { follow, now } from "../../record/follow.ts";
import type { Observations } from "../../record/observations.ts";
import type { StreamEvent } from "../../record/record.ts";
import { expandVariables } from "../../substitute/expansion.ts";
import type { RunOptions } from "../backend.ts";
import { startDirectory } from "../command.ts";
import { type Environment, environmentOf, machineEnvironment } from "../host/environment.ts";
import { gated, openGate } from "../host/gate.ts";
import { makeLayout } from "../host/layout.ts";
import { type Program, programDigest } from "../host/program.ts";
import { readResult } from "../host/read.ts";
import { type Prober, probeProblems, untilReady } from "../host/ready.ts";
import { type Stop, stopOn } from "../host/stop.ts";
import { makeVolumes, pathOf, placeOf, sourcePlace, type VolumePaths } from "../host/volumes.ts";
import { devicesOf } from "./devices.ts";
import { RUN_VARIABLE } from "./leftovers.ts";
import { sandboxWords } from "./sandbox.ts";
import type { LocalSite } from "./site.ts";
import { exitCodeOf, type RunningStep, type StepLaunch, startStep } from "./step.ts";
import { isWithin } from "./view.ts";
import { tooLong } from "./words.ts";

/** Throws UserError before the first event for what cannot run here. */
export async function* runLocally(
  site: LocalSite,
  plan: Plan,
  options: RunOptions,
): AsyncGenerator<StreamEvent, void> {
  const problems: Diagnostic[] = [];
  const volumes = makeVolumes(plan, site.directory, problems);
  const launches = [
    ...plan.steps.map((step) => launch(site, plan, step, volumes, problems)),
    ...plan.sidecars.map((sidecar) => launch(site, plan, sidecar, volumes, problems)),
  ];
  problems.push(...probeProblems(plan, true));
  if (problems.length > 0) throw new UserError(problems);
  makeLayout(plan.layout, volumes, site.program.file);
  const stop = stopOn(options, plan);
  const notices = [...site.notices, ...ignored(plan)];
  yield* follow(plan, {
    backend: "local",
    watch: (events) => start(launches, notices, events, stop, (over) => begin(plan, launches, volumes, over)),
    entrypoint: programDigest(site.program),
    read: async (source) => readResult(sourcePlace(source, volumes)),
    cancelledBy: () => stop.cancelledBy(),
  });
}

/** Starts everything, and closes when everything has ended; who leaves early ends the steps too. */
function start(
  launches: readonly StepLaunch[],
  notices: readonly string[],
  events: Observations,
  stop: Stop,
  begin: (over: ReadonlySet<string>) => Promise<void>,
): () => Promise<void> {
  for (const message of notices) events.push({ type: "notice", at: now(), message });
  const running: RunningStep[] = [];
  const end = async () => {
    for (const step of running) step.kill();
    await Promise.allSettled(running.map((step) => step.settled));
  };
  try {
    for (const one of launches) running.push(startStep(one, events));
  } catch (error) {
    void end().then(() => events.close({ error }));
    return end;
  }
  const release = stop.watch(running);
  const over = new Set<string>();
  const all = running.map((step, at) => step.settled.then(() => over.add(launches[at]?.id ?? "")));
  Promise.all([...all, begin(over)]).then(
    () => events.close(),
    (error: unknown) => events.close({ error }),
  );
  return async () => {
    await end();
    release();
  };
}

/** When the sidecars are ready, which all have been started. `over`: what has ended has nobody to wait for. */
async function begin(
  plan: Plan,
  launches: readonly StepLaunch[],
  volumes: VolumePaths,
  over: ReadonlySet<string>,
): Promise<void> {
  if (plan.sidecars.length === 0) return;
  const prober: Prober = {
    exec: async ({ id }, argv, milliseconds) => {
      const beside = launches.find((one) => one.id === id);
      return beside && exitCodeOf(beside, argv, milliseconds);
    },
    address: async () => "127.0.0.1",
  };
  const isOver = ({ id }: PlannedSidecar) => over.has(id) || plan.steps.every((step) => over.has(step.id));
  await untilReady(plan, prober, isOver);
  openGate(plan, volumes);
}

function launch(
  site: LocalSite,
  plan: Plan,
  step: PlannedStep | PlannedSidecar,
  volumes: VolumePaths,
  problems: Diagnostic[],
): StepLaunch {
  const asks = environmentOf(plan, step, machineEnvironment(), problems);
  const environment = { ...asks, ...site.environment };
  const reports = "index" in step;
  const asked = commandOf(step, environment, problems);
  const workingDir = workingDirectory(step);
  const flags = {
    ...("index" in step && plan.sidecars.length > 0 ? gated(step) : step.flags),
    ...(isKernels(workingDir) ? { working_dir: workingDir } : {}),
    ...(isConfined(site) ? { confined: true } : {}),
    termination_budget: NO_BUDGET,
    entrypoint: asked[0] ?? "",
  };
  const words = [...(reports ? [] : ["sidecar"]), ...formatFlags(flags), "--", ...asked.slice(1)];
  problems.push(...tooLong(step.id, words, environment));
  const at = (path: string) => placeOf(path, step.mounts, volumes);
  const { post_file: post = "", step_metadata_dir: metadata } = step.flags;
  const common = {
    id: step.id,
    environment,
    reports,
    flags: step.flags,
    directory: site.directory,
    post: at(post),
    metadata:
      metadata === undefined ? { root: site.directory, path: join("sidecars", step.id) } : at(metadata),
  };
  if (site.sandbox.kind === "none") {
    const cwd = startDirectory(step) === undefined ? site.directory : pathOf(at(workingDir));
    const marked = { ...environment, [RUN_VARIABLE]: site.directory };
    const around = (argv: readonly string[]) => ({ argv, inherits: [] });
    const command = () => around([...site.program.argv, ...words]);
    return { ...common, environment: marked, sandboxed: false, cwd, around, command };
  }
  const view = {
    id: step.id,
    sandbox: site.sandbox,
    mounts: step.mounts,
    volumes,
    directory: site.directory,
    hidden: site.hidden,
    home: site.home,
    devices: devicesOf(step, site.devices),
    workingDir: isKernels(workingDir) ? WORKSPACE : workingDir,
    show: shownFiles(site.program),
    privileged: isPrivileged(step),
  };
  const program = [...site.program.argv.slice(0, -1), BINARY];
  const within = (argv: readonly string[]) => {
    const { words: sandbox, mounted } = sandboxWords(view);
    return { argv: [...sandbox, ...argv], inherits: mounted };
  };
  const around = (argv: readonly string[]) =>
    within(isConfined(site) ? [...program, "confined", "--", ...argv] : argv);
  const command = () => within([...program, ...words]);
  return { ...common, sandboxed: true, cwd: "/", around, command };
}

const isConfined = ({ sandbox }: LocalSite): boolean => sandbox.kind === "bubblewrap" && sandbox.confines;

/** Nothing can be made there: the step itself says so, when it is its turn. */
const isKernels = (path: string): boolean => ["/proc", "/sys", "/dev"].some((top) => isWithin(path, top));

/** No kubelet cuts messages here, and results are read from their files. */
const NO_BUDGET = 1e12;

/** The command and its arguments, with Kubernetes' `$(NAME)` replaced. */
function commandOf(
  step: PlannedStep | PlannedSidecar,
  environment: Environment,
  problems: Diagnostic[],
): readonly string[] {
  if (step.command === undefined || step.command.length === 0)
    problems.push({
      code: "no-command",
      message: `${step.id} runs its image's own command, and there are no images on local`,
      severity: "error",
      cure: "give the step a command or a script",
    });
  return [...(step.command ?? []), ...step.args].map((word) =>
    expandVariables(word, (name) => environment[name]),
  );
}

/** The program from its own place, which may be executed even where the run's directory is on a noexec mount. */
const shownFiles = ({ argv, file }: Program): ReadonlyMap<string, string> =>
  new Map([[BINARY, file], ...(argv.length > 1 ? [[process.execPath, process.execPath] as const] : [])]);

/** Relative ones are below /workspace, as Tekton has it. */
function workingDirectory(step: PlannedStep | PlannedSidecar): string {
  const workingDir = startDirectory(step);
  if (workingDir === undefined || workingDir === "") return WORKSPACE;
  return workingDir.startsWith("/") ? workingDir : `${WORKSPACE}/${workingDir}`;
}

function isPrivileged({ container }: PlannedStep | PlannedSidecar): boolean {
  const context = container["securityContext"];
  return (
    typeof context === "object" && context !== null && "privileged" in context && context.privileged === true
  );
}

/** What a plan may ask of containers and processes cannot have: said once, in one sentence. */
function ignored(plan: Plan): readonly string[] {
  const all = [...plan.steps, ...plan.sidecars];
  const fields = new Set(all.flatMap(({ container }) => Object.keys(container)));
  for (const used of ["startupProbe", "readinessProbe"]) fields.delete(used);
  const words = [...(all.some(({ image }) => image !== undefined) ? ["images"] : []), ...[...fields].sort()];
  return words.length === 0 ? [] : [`local runs processes of this machine: ${words.join(", ")} not used`];
}
