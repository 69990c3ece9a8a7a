// A compose file as a run: compose makes its images, networks, volumes and containers, baton starts them all at once, and
// sees by its own directories how each goes. Whoever dies without a word is told of by whoever started it.

import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, type Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { BIN_DIR, isEnding, RESULTS_DIR, RUN_DIR } from "../../../entrypoint/protocol/index.ts";
import { removeTree } from "../../beneath/remove.ts";
import { makeDirectory } from "../../beneath/write.ts";
import { mistake } from "../../diagnostics/diagnostic.ts";
import type { Plan, PlannedSidecar, PlannedStep } from "../../plan/model/plan.ts";
import { follow, now } from "../../record/follow.ts";
import type { Observations } from "../../record/observations.ts";
import type { StreamEvent } from "../../record/record.ts";
import type { ImageWords } from "../../references/image-command.ts";
import type { RunOptions } from "../backend.ts";
import { disown, makeRunDirectory } from "../host/directory.ts";
import { digestOf } from "../host/program.ts";
import { readResult } from "../host/read.ts";
import { readStatus, recordLoss } from "../host/status.ts";
import { stopOn } from "../host/stop.ts";
import { type Called, call, type EngineName, spawnEngine } from "./call.ts";
import { type Watched, watchContainer } from "./here/container.ts";
import { lossWords, type RunningContainer, removedWords } from "./here/driver.ts";
import { lookAt, nativeProgram } from "./images.ts";
import { isOrphan, ownName } from "./names.ts";
import { refused } from "./refused.ts";
import { imagesSeen } from "./resolved-images.ts";

/** What of it is to be run, and how: in words of compose, which this room does not look into. */
export interface ComposeFile {
  readonly engine: EngineName;
  /** What its paths are relative to. */
  readonly folder: string;
  /** In words that every compose knows. */
  readonly text: string;
  /** Files that compose reads beside it. */
  readonly others: readonly string[];
  readonly profiles: readonly string[];
  /** Compose's own name of the project. */
  readonly project: string;
  /** What the resolved file is, as a run. Throws UserError. */
  read(resolved: object): ComposeRun;
}

export interface ComposeRun {
  readonly plan: Plan;
  /** By service: which of the run's directories is its own. */
  readonly indexes: ReadonlyMap<string, number>;
  /** Whether some of its images are built. */
  readonly built: boolean;
  /** Those whose own words have to be known. */
  readonly images: readonly string[];
  /** The file as compose is to make it. */
  ordered(words: ReadonlyMap<string, ImageWords>, mounts: MountsOf): object;
}

export type MountsOf = (index: number) => readonly {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}[];

let runs = 0;

/** `onPlan` is called before the first event. */
export async function* runComposeFile(
  file: ComposeFile,
  options: RunOptions & { readonly onPlan?: (plan: Plan) => void },
): AsyncGenerator<StreamEvent, void> {
  const { engine } = file;
  const program = nativeProgram();
  const directory = makeRunDirectory(tmpdir(), `${engine}-baton-`);
  const service = engine === "podman" ? await serve(directory) : undefined;
  const name = ownName(file.project, ++runs, options.keep);
  try {
    const compose = composeOf(file, name, service, options.kill);
    await sweep(engine);
    const run = file.read(await resolved(compose, file));
    options.onPlan?.(run.plan);
    prepare(directory, run.indexes, program);
    const startedAt = now();
    const words = await imagesOf(compose, file, run);
    const text = JSON.stringify(run.ordered(words, mountsIn(directory)));
    await insist(
      engine,
      "make the containers of the project",
      compose(["up", "--no-start", "--quiet-pull"], text),
    );
    const site = { engine, name, directory, run, program };
    yield* followProject(site, options, startedAt);
  } finally {
    if (options.keep === true) disown(directory);
    else {
      await remove(engine, name);
      await removeTree(directory);
    }
    service?.process.kill();
  }
}

type Compose = (words: readonly string[], input: string) => Promise<Called>;

/** Docker's own plugin; beside podman, which speaks docker's API, the same program. */
function composeOf(
  { engine, folder, profiles }: ComposeFile,
  name: string,
  service: Service | undefined,
  signal: AbortSignal | undefined,
): Compose {
  const common = [
    "--project-name",
    name,
    "--project-directory",
    folder,
    ...profiles.flatMap((one) => ["--profile", one]),
  ];
  if (service === undefined)
    return (words, input) => call(engine, ["compose", ...common, "--file", "-", ...words], { input, signal });
  return (words, input) =>
    run(service.plugin, [...common, "--file", "-", ...words], { DOCKER_HOST: service.host }, input, signal);
}

interface Service {
  readonly process: ChildProcess;
  readonly host: string;
  readonly plugin: string;
}

/** Podman answers compose for as long as the run takes. */
async function serve(directory: string): Promise<Service> {
  const plugin = PLUGINS.find((file) => existsSync(file));
  if (plugin === undefined)
    throw mistake(
      "engine-missing",
      "compose files need docker's compose plugin, with podman too, and there is none here",
      "install docker-compose-plugin (docker-compose of Debian 13)",
    );
  const socket = join(directory, "podman.sock");
  const process = spawnEngine("podman", ["system", "service", "--time", "0", `unix://${socket}`]);
  let ended = false;
  process.once("error", () => {
    ended = true;
  });
  process.once("exit", () => {
    ended = true;
  });
  while (!existsSync(socket)) {
    if (ended) throw mistake("engine-not-running", "podman gives no service", "see what `podman info` says");
    await sleep(20);
  }
  return { process, host: `unix://${socket}`, plugin };
}

const PLUGINS = [
  process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"),
  "/usr/local/lib/docker",
  "/usr/local/libexec/docker",
  "/usr/lib/docker",
  "/usr/libexec/docker",
].map((folder) => join(folder, "cli-plugins/docker-compose"));

function run(
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  input: string,
  signal: AbortSignal | undefined,
): Promise<Called> {
  const child = spawn(program, [...words], { env: { ...process.env, ...environment }, detached: true });
  const end = () => child.kill();
  signal?.addEventListener("abort", end);
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (piece: Buffer) => {
    said.stdout += piece.toString("utf8");
  });
  child.stderr.on("data", (piece: Buffer) => {
    said.stderr += piece.toString("utf8");
  });
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  return new Promise((settle) => {
    child.once("close", (code) => {
      signal?.removeEventListener("abort", end);
      settle({ code: code ?? 1, ...said });
    });
    child.once("error", (error) => settle({ code: 1, stdout: "", stderr: error.message }));
  });
}

async function resolved(compose: Compose, { engine, text, others }: ComposeFile): Promise<object> {
  const more = others.flatMap((one) => ["--file", one]);
  const read = await compose([...more, "config", "--format", "json"], text);
  if (read.code !== 0 && /not a docker command|unknown (flag|shorthand|command)/.test(read.stderr))
    throw mistake(
      "engine-missing",
      "this docker has no compose plugin of version 2",
      "install docker-compose-plugin, or run `baton inject` and another compose",
    );
  if (read.code !== 0) throw refused(engine, "read the compose file", read);
  return JSON.parse(read.stdout) as object;
}

/** All of them are here then, built or pulled. */
async function imagesOf(compose: Compose, { engine }: ComposeFile, run: ComposeRun) {
  if (run.built)
    await insist(
      engine,
      "build the project's images",
      compose(["build"], JSON.stringify(run.ordered(new Map(), () => []))),
    );
  const words = new Map<string, ImageWords>();
  await Promise.all(
    [...new Set(run.images)].map(async (image) => {
      let look = await lookAt(engine, image);
      if (look === undefined) {
        await insist(engine, `pull ${image}`, call(engine, ["pull", "--quiet", image]));
        look = await lookAt(engine, image);
      }
      if (look !== undefined) words.set(image, look);
    }),
  );
  return words;
}

async function insist(engine: EngineName, what: string, called: Promise<Called>): Promise<void> {
  const done = await called;
  if (done.code !== 0) throw refused(engine, what, done);
}

const mountsIn =
  (directory: string): MountsOf =>
  (index) => [
    { source: join(directory, "bin"), target: BIN_DIR, readOnly: true },
    { source: join(directory, "run"), target: RUN_DIR, readOnly: true },
    { source: join(directory, "run", String(index)), target: `${RUN_DIR}/${index}`, readOnly: false },
    { source: join(directory, "results", String(index)), target: RESULTS_DIR, readOnly: false },
  ];

interface Site {
  readonly engine: EngineName;
  readonly name: string;
  readonly directory: string;
  readonly run: ComposeRun;
  readonly program: string;
}

function followProject(
  site: Site,
  options: RunOptions,
  startedAt: string,
): AsyncGenerator<StreamEvent, void> {
  const { engine, directory, run, program } = site;
  const { plan } = run;
  const stop = stopOn(options, plan);
  const all = [...plan.sidecars, ...plan.steps];
  const names = all.map(({ id }) => containerName(site, id));
  const send = (name: string) =>
    void call(engine, ["kill", "--signal", name, ...names]).catch(() => undefined);
  const watch = (events: Observations) => {
    if (options.keep === true)
      events.push({
        type: "notice",
        at: now(),
        message: `kept in ${engine} as ${site.name} and in ${directory}`,
      });
    Promise.all(all.map((one) => watchOne(site, one, events))).then(
      () => events.close(),
      (error: unknown) => events.close({ error }),
    );
    return stop.watch([{ signal: send, kill: () => send("SIGKILL") }]);
  };
  return follow(plan, {
    backend: engine,
    startedAt,
    watch,
    entrypoint: digestOf(readFileSync(program)),
    images: async () => imagesSeen(plan, new Map()),
    read: async ({ volume, path }) =>
      readResult({ root: join(directory, "results", volume.replace(/^results-/, "")), path }),
    cancelledBy: () => stop.cancelledBy(),
  });
}

const containerName = ({ name }: Site, id: string): string => `${name}-${id}-1`;

/** A sidecar that died before it was ready must not be waited for either. */
async function watchOne(site: Site, one: PlannedStep | PlannedSidecar, events: Observations): Promise<void> {
  const files = filesOf(site, one);
  const container = attached(site, one.id);
  const waitingSince = now();
  if (!files.reports)
    void container.over.then((exitCode) => buryUnless(files, one.id, exitCode, waitingSince));
  await watchContainer(files, container, events);
}

function buryUnless(files: Watched, id: string, exitCode: number, since: string): void {
  const status = readStatus(files.metadata);
  if (status === undefined || !isEnding(status.state))
    recordLoss(files, lossWords(id, exitCode, false), status, since);
}

function filesOf({ directory, run }: Site, one: PlannedStep | PlannedSidecar): Watched {
  const root = join(directory, "run", String(run.indexes.get(one.id)));
  return {
    id: one.id,
    post: { root, path: "out" },
    metadata: { root, path: "status" },
    reports: "index" in one,
  };
}

interface Attached extends RunningContainer {
  /** The exit code of whoever follows it, which is its own. */
  readonly over: Promise<number>;
}

/** Started and followed by the engine's command line, which ends with the container. */
function attached(site: Site, id: string): Attached {
  const { engine } = site;
  const container = containerName(site, id);
  const child = spawnEngine(engine, ["start", "--attach", container]);
  child.stdin?.end();
  const [stdout, stderr] = [child.stdout, child.stderr].map((one) =>
    (one as Readable).pipe(new PassThrough()),
  ) as [PassThrough, PassThrough];
  const over = new Promise<number>((settle) => {
    child.once("error", () => settle(1));
    child.once("close", (code) => settle(code ?? 1));
  });
  return { stdout, stderr, over, ending: () => endingOf(engine, container, id) };
}

async function endingOf(engine: EngineName, container: string, id: string) {
  const format = "{{.State.ExitCode}} {{.State.OOMKilled}}";
  const { code, stdout } = await call(engine, ["container", "inspect", "--format", format, container]);
  const [exitCode = "", isOutOfMemory] = stdout.trim().split(" ");
  if (code !== 0) return { words: removedWords(id) };
  return { words: lossWords(id, Number(exitCode), isOutOfMemory === "true"), exitCode: Number(exitCode) };
}

/** Directories that containers mount, of whatever users they are. */
function prepare(directory: string, indexes: ReadonlyMap<string, number>, program: string): void {
  for (const index of indexes.values()) {
    makeDirectory(directory, `run/${index}/status`, 0o777);
    makeDirectory(directory, `run/${index}`, 0o777);
    makeDirectory(directory, `results/${index}`, 0o777);
  }
  makeDirectory(directory, "bin", 0o755);
  copyFileSync(program, join(directory, "bin/entrypoint"));
  chmodSync(join(directory, "bin/entrypoint"), 0o555);
}

/** Containers, volumes and networks that compose made for the run. */
async function remove(engine: EngineName, name: string): Promise<void> {
  const label = ["--filter", `label=com.docker.compose.project=${name}`];
  await removeAll(engine, ["ps", "--all", "--quiet", ...label], ["rm", "--force", "--volumes"]);
  await removeAll(engine, ["volume", "ls", "--quiet", ...label], ["volume", "rm", "--force"]);
  await removeAll(engine, ["network", "ls", "--quiet", ...label], ["network", "rm"]);
}

async function removeAll(
  engine: EngineName,
  list: readonly string[],
  words: readonly string[],
): Promise<void> {
  const { stdout } = await call(engine, list);
  const names = stdout.split("\n").filter((name) => name !== "");
  if (names.length > 0) await call(engine, [...words, ...names]);
}

/** What runs have left whose baton was killed. */
async function sweep(engine: EngineName): Promise<void> {
  const format = '{{index .Labels "com.docker.compose.project"}}';
  const label = [
    "--filter",
    "label=com.docker.compose.project",
    "--format",
    engine === "podman" ? format : '{{.Label "com.docker.compose.project"}}',
  ];
  const { stdout } = await call(engine, ["ps", "--all", ...label]);
  for (const name of new Set(stdout.split("\n").filter(isOrphan))) await remove(engine, name);
}
