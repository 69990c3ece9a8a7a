// A pod without an init container. The binary is a volume, a kubelet makes the directories that are mounted by `subPath`, and
// each container makes what it alone sees: its script and its links, in its own run directory. What nobody can make but
// somebody who comes first is left to an init container, as it is where the binary has to be copied.

import {
  ARTIFACTS_DIR,
  HOME_DIR,
  type Layout,
  ownScriptsDir,
  ownStepsDir,
  PROTOCOL_VERSION,
  RESULTS_DIR,
  RUN_DIR,
  SCRIPTS_DIR,
  STEPS_DIR,
} from "../../../entrypoint/protocol/index.ts";
import { defined } from "../../documents/defined.ts";
import type { Mount, Plan, PlannedSidecar, PlannedStep } from "../../plan/model/plan.ts";

/** The same plan, with as little of its layout left as can be, and no mount that no container has a use for. */
export function withOwnLayouts(plan: Plan): Plan {
  const context = { plan, empty: emptyVolumes(plan) };
  const steps = plan.steps.map((step) => withOwn(context, inTurn(step), String(step.index)));
  const sidecars = plan.sidecars.map((sidecar) => withOwn(context, sidecar, sidecar.id));
  const mounts = [...steps, ...sidecars].flatMap((one) => one.mounts);
  const used = new Set(mounts.map(({ volume }) => volume));
  return {
    ...plan,
    steps,
    sidecars,
    layout: leftOf(context, mounts, sidecars),
    volumes: plan.volumes.filter(({ name }) => used.has(name)),
  };
}

interface Context {
  readonly plan: Plan;
  /** Volumes of the run: open to any user, and what a kubelet makes in them is, too. */
  readonly empty: ReadonlySet<string>;
}

type Container = PlannedStep | PlannedSidecar;

const emptyVolumes = ({ volumes }: Plan): ReadonlySet<string> =>
  new Set(volumes.filter(({ source }) => source.kind === "empty").map(({ name }) => name));

/** A directory below a volume is made and entered by the step, as its own user: a runtime would make it as root. */
function inTurn(step: PlannedStep): PlannedStep {
  const { workingDir, flags, mounts } = step;
  const isBelow = mounts.some(({ path }) => workingDir?.startsWith(`${path}/`));
  const isMount = mounts.some(({ path }) => path === workingDir);
  if (workingDir === undefined || flags.working_dir !== undefined || !isBelow || isMount) return step;
  return { ...step, flags: { ...flags, working_dir: workingDir } };
}

/** `run` is the name of its run directory. */
function withOwn<C extends Container>(context: Context, container: C, run: string): C {
  const metadata = `${RUN_DIR}/${run}/status`;
  const script = ownScript(context, container, ownScriptsDir(metadata));
  const text = textsOf(container, script?.content);
  const mounts = neededMounts(container.mounts, text, run);
  const steps = mounts.find(({ path }) => path === STEPS_DIR);
  const links = steps === undefined ? [] : linksIn(context, steps, ownStepsDir(metadata));
  const own = { protocol: PROTOCOL_VERSION, directories: [], files: script?.files ?? [], links };
  const isEmpty = own.files.length === 0 && links.length === 0;
  return {
    ...container,
    ...defined({ command: script?.command }),
    mounts: mounts.map((mount) => (mount === steps ? linksMount(context, run) : mount)),
    flags: {
      ...container.flags,
      ...(container.flags.script === undefined ? {} : defined({ script: script?.command[0] })),
      ...(isEmpty ? {} : { layout: JSON.stringify(own) }),
    },
  };
}

/** The layout's script that is this container's command, in a place of its own. */
function ownScript({ plan }: Context, { command, mounts }: Container, directory: string) {
  const [path, ...rest] = command ?? [];
  const mount = mounts.find((one) => one.path === SCRIPTS_DIR);
  if (path === undefined || mount === undefined || !path.startsWith(`${SCRIPTS_DIR}/`)) return undefined;
  const name = path.slice(SCRIPTS_DIR.length);
  const file = plan.layout.layout.files.find((one) => one.path === `${makersPath(mount)}${name}`);
  if (file === undefined) return undefined;
  const own = `${directory}${name}`;
  const content = Buffer.from(file.base64, "base64").toString("utf8");
  return { command: [own, ...rest], files: [{ ...file, path: own }], content };
}

const linksIn = ({ plan }: Context, mount: Mount, directory: string): Layout["links"] =>
  plan.layout.layout.links
    .filter(({ path }) => path.startsWith(`${makersPath(mount)}/`))
    .map(({ path, target }) => ({ path: `${directory}${path.slice(makersPath(mount).length)}`, target }));

/** Read-only where Tekton has them: the step makes them by way of its run directory. */
const linksMount = ({ plan }: Context, run: string): Mount => ({
  volume: runVolume(plan),
  subPath: `${run}/steps`,
  path: STEPS_DIR,
  readOnly: true,
});

function runVolume({ steps }: Plan): string {
  const run = steps.flatMap(({ mounts }) => mounts).find(({ path }) => path === RUN_DIR);
  if (run === undefined) throw new Error(`no step has ${RUN_DIR} mounted`);
  return run.volume;
}

/** The directory that is mounted, as the maker of the whole layout sees it. */
const makersPath = ({ volume, subPath }: Mount): string =>
  `/tekton/volumes/${volume}${subPath === undefined ? "" : `/${subPath}`}`;

/** All that a container is told, in which a path of Tekton's may stand. */
const textsOf = ({ command, args, env, envFrom, flags, workingDir }: Container, script = ""): string =>
  JSON.stringify({
    command,
    args,
    env,
    ...(envFrom.length === 0 ? {} : { envFrom }),
    flags,
    workingDir,
    script,
  });

/** Directories of ours that a container is never told of are of no use to it. */
function neededMounts(mounts: readonly Mount[], text: string, run: string): readonly Mount[] {
  return mounts.filter(({ path }) => {
    if (path === SCRIPTS_DIR) return false;
    if (path === STEPS_DIR) return /\/tekton\/steps|\$\(steps\./.test(text);
    if (path === RUN_DIR) return otherRuns(text, run);
    const words = WORDS[path];
    return words === undefined || words.test(text);
  });
}

/** By what it is mentioned; what an environment of others holds may mention anything. */
const WORDS: Readonly<Record<string, RegExp>> = {
  [RESULTS_DIR]: /\/tekton\/results|"results":|"task_refs":|\$\(results\./,
  [ARTIFACTS_DIR]: /\/tekton\/artifacts|"artifacts":|\$\(artifacts\./,
  [HOME_DIR]: /\/tekton\/home|"envFrom":|"valueFrom":|"(?:basic|docker|ssh)-/,
};

/** Whether it is told of another step's run directory, or of all of them. */
const otherRuns = (text: string, run: string): boolean =>
  [...text.matchAll(/\/tekton\/run(?:\/([\w.-]+))?/g)].some(([, name]) => name !== run) ||
  /\$\(steps\./.test(text);

function leftOf({ plan, empty }: Context, mounts: readonly Mount[], sidecars: readonly PlannedSidecar[]) {
  const { layout } = plan.layout;
  const made = new Set(mounts.filter(({ volume }) => empty.has(volume)).map(makersPath));
  const entered = new Set(
    sidecars.flatMap(({ workingDir, mounts: own }) =>
      own
        .filter(({ path, readOnly }) => workingDir?.startsWith(`${path}/`) && !readOnly)
        .map((mount) => `${makersPath(mount)}${workingDir?.slice(mount.path.length)}`),
    ),
  );
  const pieces = new Set(mounts.filter(({ volume }) => !empty.has(volume)).map(makersPath));
  const directories = layout.directories.filter(
    ({ path }) => !made.has(path) && (entered.has(path) || pieces.has(path)),
  );
  const volumes = new Set(directories.map(({ path }) => path.split("/")[3]));
  return {
    layout: { protocol: layout.protocol, directories, files: [], links: [] },
    mounts: plan.layout.mounts.filter(({ volume }) => volumes.has(volume)),
  };
}
