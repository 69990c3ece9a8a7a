// Measures the entrypoint against the least that a step can be, all in one run: `make bench`. Programs take turns in
// each round, so that a noisy moment hits all of them; what counts are medians, and medians of ratios within a round.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { holdsInotify, inotifyInstances, privateKiB, residentKiB, sleeps, startChain } from "./chain.ts";
import { BARE, NATIVE, PROGRAMS, type Program, postFile } from "./programs.ts";
import { median, megabytes, milliseconds, note, printTable, spread } from "./report.ts";

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 15);
const WATCHED_SECONDS = 30;
const CROWD = 1_000;
/** Bare C takes one for each step of a chain, and a user has 128 of them: a longer chain needs a user who may ask for more. */
const LIMIT = inotifyInstances(2 * 500);

// Kept to the end: a file system that reuses what was deleted a moment ago is slower than one in ordinary use.
const directory = mkdtempSync(join(tmpdir(), "bench-"));
let folders = 0;
const folder = () => join(directory, String(folders++));

try {
  sizes();
  await handOvers();
  await waiting();
  await crowd();
  await deaths();
  copying();
} finally {
  rmSync(directory, { recursive: true });
}

function sizes(): void {
  const rows = PROGRAMS.map((program) => [
    program.name,
    megabytes(statSync(program.file).size),
    program.copy === undefined ? "" : milliseconds(timeOf([...program.copy, join(directory, "copy")])),
    milliseconds(timeOf(trivial(program))),
  ]);
  printTable("Size and start", ["", "bytes", "copy into a volume", "one trivial step"], rows);
}

/** Nothing to wait for: the file that it waits for is there. */
function trivial(program: Program): readonly string[] {
  return program.step({ waitFile: directory, directory, command: ["true"] });
}

function timeOf(argv: readonly string[]): number {
  const times = Array.from({ length: 4 * ROUNDS }, () => {
    rmSync(postFile(directory), { force: true });
    rmSync(join(directory, "status"), { force: true, recursive: true });
    return once(argv);
  });
  return median(times);
}

/** From the first file to the last post file. The first step has nobody's pipe to wait for: in a chain of one that is all. */
async function handOvers(): Promise<void> {
  const rows: string[][] = [];
  for (const length of [1, 5, 50, 500]) {
    const programs = PROGRAMS.filter(({ chains }) => chains.includes(length)).filter(
      (program) => program !== BARE || length < LIMIT,
    );
    const rounds = await inTurns(programs, length, length > 50 ? 7 : ROUNDS);
    for (const program of programs) {
      const times = rounds.map((round) => round.get(program) ?? Number.NaN);
      const ratios = rounds.map(
        (round) => (round.get(program) ?? Number.NaN) / (round.get(BARE) ?? Number.NaN),
      );
      if (program === NATIVE && programs.includes(BARE))
        note({
          what: `hand-over per step, chain of ${length}`,
          baton: milliseconds(median(times)),
          against: "bare C",
          ratios,
          bar: "1.15x at most",
        });
      const compared = programs.includes(BARE) ? [`${median(ratios).toFixed(2)}x`, spread(ratios)] : ["", ""];
      rows.push([String(length), program.name, milliseconds(median(times)), ...compared]);
    }
  }
  const head = ["steps", "", "per step", "of bare C", "half of all rounds"];
  printTable("Hand-over per step, in chains of `true`", head, rows);
}

/** One map per round: milliseconds per step. What takes seconds a step is measured once. */
async function inTurns(programs: readonly Program[], length: number, count: number) {
  const rounds: Map<Program, number>[] = [];
  for (let round = 0; round < count; round++) {
    const times = new Map<Program, number>();
    for (const program of programs) {
      const known = rounds[0]?.get(program) ?? 0;
      const again = known < 100;
      times.set(
        program,
        again ? (await (await startChain(program, length, folder())).run()) / length : known,
      );
    }
    rounds.push(times);
  }
  return rounds;
}

/** The second step of a chain of two: it waits for one that is there, as nearly all steps do nearly all the time. */
async function waiting(): Promise<void> {
  const chains = await Promise.all(
    PROGRAMS.map(async (program) => ({ program, chain: await startChain(program, 2, folder()) })),
  );
  const second = (pids: readonly number[]) => pids[1] ?? 0;
  const before = chains.map(({ chain }) => sleeps(second(chain.pids)));
  await sleep(WATCHED_SECONDS * 1_000);
  const rows = chains.map(({ program, chain }, at) => [
    program.name,
    megabytes(privateKiB(second(chain.pids)) * 1_024),
    megabytes(residentKiB(second(chain.pids)) * 1_024),
    String(sleeps(second(chain.pids)) - (before[at] ?? 0)),
  ]);
  for (const { chain } of chains) await chain.run();
  const [, own = "", shared = "", woken = ""] = rows.find(([name]) => name === NATIVE.name) ?? [];
  note({ what: "a waiting step: memory of its own", baton: own, bar: "0.6 MB at most" });
  note({ what: "a waiting step: memory (RSS)", baton: shared, bar: "1.3 MB at most" });
  note({ what: `a waiting step: wake-ups in ${WATCHED_SECONDS} s`, baton: woken, bar: "0" });
  printTable(
    "A waiting step",
    ["", "memory of its own", "with pages that others share (RSS)", `wake-ups in ${WATCHED_SECONDS} s`],
    rows,
  );
}

async function crowd(): Promise<void> {
  const chain = await startChain(NATIVE, CROWD, folder());
  const inotify = chain.pids.filter(holdsInotify).length;
  const memory = chain.pids.reduce((sum, pid) => sum + residentKiB(pid) * 1_024, 0);
  const took = await chain.run();
  const row = [String(CROWD), String(inotify), megabytes(memory), milliseconds(took / CROWD)];
  printTable(
    "A crowd of waiting steps of one user",
    ["steps", "inotify instances", "memory (RSS, shared pages counted each time)", "hand-over per step"],
    [row],
  );
}

/** Bare C and Tekton's entrypoint wait on for ever: they are not asked. */
async function deaths(): Promise<void> {
  const rows: string[][] = [];
  for (const program of PROGRAMS.filter(({ noticesDeath }) => noticesDeath)) {
    const cells = [program.name];
    for (const length of [2, 10]) {
      const times: number[] = [];
      while (times.length < ROUNDS)
        times.push(await (await startChain(program, length, folder(), "ignore")).kill());
      cells.push(milliseconds(median(times)));
    }
    rows.push(cells);
  }
  printTable(
    "From the SIGKILL of a step to the end of all who wait",
    ["", "one waits", "a chain of nine"],
    rows,
  );
}

/** A gibibyte through `-stdout_path`, beside what a shell would do; both give the stream to /dev/null. */
function copying(): void {
  const command = ["dd", "if=/dev/zero", "bs=1M", "count=1024", "status=none"];
  const [name = "", ...words] = command;
  const pairs = Array.from({ length: 5 }, () => {
    const own = folder();
    const flags = ["-post_file", join(own, "out"), "-termination_path", join(own, "termination")];
    const copy = join(own, "copy");
    const tee = once(["sh", "-c", `mkdir ${own} && ${command.join(" ")} | tee ${copy}`]);
    rmSync(copy);
    const ours = once([NATIVE.file, ...flags, "-stdout_path", copy, "-entrypoint", name, "--", ...words]);
    rmSync(copy);
    return { tee, ours };
  });
  const row = [
    milliseconds(median(pairs.map(({ tee }) => tee))),
    milliseconds(median(pairs.map(({ ours }) => ours))),
    `${median(pairs.map(({ tee, ours }) => tee / ours)).toFixed(2)}x`,
  ];
  printTable("1 GiB of output copied to a file", ["tee", "Baton", "speed of tee"], [row]);
}

function once([file = "", ...words]: readonly string[]): number {
  const from = performance.now();
  const { status } = spawnSync(file, words, { stdio: "ignore" });
  if (status !== 0) throw new Error(`${file} ${words.join(" ")}: exit code ${status}`);
  return performance.now() - from;
}
