// Cases that Tekton's own entrypoint and ours are both put through, and what is seen of them from outside.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { type Running, waitFor, within } from "./_entrypoint.ts";
import { startInPod } from "./_pod.ts";
import type { RunFolder } from "./_run.ts";

export interface Step {
  /** Flags besides those that every step has. */
  readonly flags?: readonly string[];
  /** Replaces -entrypoint and the words: the command is then what these words say. */
  readonly words?: readonly string[];
  /** Run by sh -c; $MARK is a directory for traces. */
  readonly script?: string;
  readonly after?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Case {
  readonly name: string;
  /** Why the outcomes differ, where they do: rows of docs/tekton-differences.md. */
  readonly because?: readonly string[];
  readonly steps: readonly Step[];
  /** Files under /tekton that are there before. */
  readonly files?: Readonly<Record<string, string>>;
  /** What happens once every step has come up, or written /tekton/marks/up. */
  readonly event?:
    | { readonly signal: NodeJS.Signals; readonly step: number }
    | { readonly write: string; readonly text: string };
  /** Files under /tekton whose text belongs to what is seen. */
  readonly show?: readonly string[];
}

/** One line of what was seen per name, such as "step 0 exit code". */
export type Seen = Readonly<Record<string, unknown>>;

/** Runs a case with an entrypoint (its argv), all steps started at once in a private /tekton. */
export async function observe(entrypoint: readonly string[], run: RunFolder, one: Case): Promise<Seen> {
  for (const folder of ["results", "artifacts", "steps", "marks", "run", "downward"])
    mkdirSync(run.file(`tekton/${folder}`), { recursive: true });
  one.steps.forEach((_, index) => {
    mkdirSync(run.file(`tekton/run/${index}/status`), { recursive: true });
  });
  await startInPod(run, [
    "sh",
    "-c",
    one.steps.map((_, index) => `ln -s /tekton/run/${index}/status /tekton/steps/step-s${index}`).join(";"),
  ]).ended;
  for (const [name, text] of Object.entries(one.files ?? {})) {
    mkdirSync(join(run.file(`tekton/${name}`), ".."), { recursive: true });
    writeFileSync(run.file(`tekton/${name}`), text);
  }
  const steps = one.steps.map((step, index) =>
    startInPod(run, [...entrypoint, ...wordsOf(step, index)], { MARK: "/tekton/marks", ...step.environment }),
  );
  if (one.event !== undefined) await happen(run, one.event, steps);
  const seen: Record<string, unknown> = {};
  for (const [index, step] of steps.entries())
    Object.assign(seen, await seenOf(run, index, step, one.event !== undefined));
  for (const name of one.show ?? []) seen[name] = run.read(`tekton/${name}`);
  seen["traces"] = readdirSync(run.file("tekton/marks"))
    .filter((name) => name !== "up")
    .sort()
    .join(" ");
  return seen;
}

/** What is different, one sentence each. */
export const differences = (theirs: Seen, ours: Seen): string[] =>
  [...new Set([...Object.keys(theirs), ...Object.keys(ours)])]
    .filter((name) => JSON.stringify(theirs[name]) !== JSON.stringify(ours[name]))
    .map((name) => `${name}: Tekton ${JSON.stringify(theirs[name])}, Baton ${JSON.stringify(ours[name])}`);

function wordsOf(step: Step, index: number): string[] {
  const base = [
    "-post_file",
    `/tekton/run/${index}/out`,
    "-step_metadata_dir",
    `/tekton/run/${index}/status`,
  ];
  const message = ["-termination_path", `/tekton/run/${index}/termination`];
  const wait = step.after ? ["-wait_file", `/tekton/run/${index - 1}/out`] : [];
  const command = step.words ?? ["-entrypoint", "sh", "--", "-c", step.script ?? "true"];
  return [...base, ...message, ...wait, ...(step.flags ?? []), ...command];
}

async function happen(
  run: RunFolder,
  event: NonNullable<Case["event"]>,
  steps: readonly Running[],
): Promise<void> {
  await waitFor("the step is up", () => existsSync(run.file("tekton/marks/up")));
  if ("write" in event) {
    writeFileSync(run.file(`tekton/${event.write}`), event.text);
    return;
  }
  const outer = steps[event.step]?.pid ?? 0;
  // bwrap stays as the parent of what it runs; where it does not, the step is the process itself.
  const inner = () =>
    Number(readFileSync(`/proc/${outer}/task/${outer}/children`, "utf8").split(" ")[0]) || outer;
  await waitFor("the step handles signals", () => handlesTerm(inner()));
  process.kill(inner(), event.signal);
}

/** Caught, as Go and Node do, or blocked and read from a descriptor, as the native build does. */
function handlesTerm(pid: number): boolean {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const masks = [...status.matchAll(/^Sig(?:Blk|Cgt):\s*([0-9a-f]+)$/gm)];
  return masks.some(([, mask]) => (BigInt(`0x${mask}`) & (1n << 14n)) !== 0n);
}

async function seenOf(run: RunFolder, index: number, step: Running, eventful: boolean): Promise<Seen> {
  const ended = await within(10_000, "hangs", step.ended).catch(() => undefined);
  const file = (name: string) => run.read(`tekton/run/${index}/${name}`);
  const posted = ["out", "out.err"].filter((name) => file(name) !== undefined).join(" and ");
  return {
    [`step ${index} exit code`]: ended === undefined ? "hangs" : ended.code,
    [`step ${index} posts`]: posted,
    [`step ${index} exitCode file`]: file("status/exitCode"),
    [`step ${index} message`]: message(file("termination")),
    ...(eventful ? {} : { [`step ${index} stdout`]: ended?.stdout }),
  };
}

function message(text: string | undefined): unknown {
  if (text === undefined || text === "") return text;
  const plain = text.startsWith("tknz:")
    ? inflateRawSync(Buffer.from(text.slice(5), "base64")).toString()
    : text;
  try {
    const entries = JSON.parse(plain) as { key: string; value: string; type: number }[];
    return entries
      .map(({ key, value, type }) => `${key}=${key === "StartedAt" ? "…" : value.slice(0, 40)} (${type})`)
      .sort();
  } catch {
    return plain;
  }
}
