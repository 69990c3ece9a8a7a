// A run that goes on where an earlier one has ended: what succeeded then, and whose data is still what it was, is not run again.

import { mistake, type UserError } from "../diagnostics/diagnostic.ts";
import { suggestion } from "../diagnostics/nearest.ts";
import type { DoneTask } from "../plan/model/plan-set.ts";
import type { RunRecord } from "../record/record.ts";
import type { ResolvedRun, ResolvedTask } from "../resolve/resolved.ts";
import { whyOther } from "./data.ts";
import { type Definitions, definitionsOf } from "./definitions.ts";
import { ancestorsOf, dataOf } from "./graph.ts";
import { doneTask, type Taken, takenFrom } from "./taken.ts";

export interface Earlier {
  /** What `baton show` knows it by. */
  readonly name: string;
  readonly record: RunRecord;
  readonly definitions: Definitions;
}

export interface Wanted {
  /** The Task to begin with, by its name or that of its first step. */
  readonly from?: string;
  /** The only Task to run. */
  readonly only?: string;
}

export interface Continued {
  /** Without the Tasks that are not wanted. */
  readonly run: ResolvedRun;
  readonly done: Readonly<Record<string, DoneTask>>;
  /** What the record of this run has from the earlier one. */
  readonly taken: Taken;
  /** Sentences: what is run again though it succeeded, and why. */
  readonly notes: readonly string[];
}

/** Throws UserError where it would not be the same run. */
export function continued(run: ResolvedRun, earlier: Earlier, wanted: Wanted, backend: string): Continued {
  const { record } = earlier;
  if (record.backend !== backend)
    throw refused(`${earlier.name} ran on ${record.backend}`, `add --on ${record.backend}`);
  const first = taskNamed(run, wanted.from ?? wanted.only);
  const kept = wanted.only === undefined ? run : alone(run, first ?? "");
  const again = whyAgain(kept, earlier, first);
  if (first !== undefined) refuseOthers(kept, again, first, earlier);
  const over = kept.tasks.filter(({ name }) => !again.has(name)).map(({ name }) => name);
  if (over.length === kept.tasks.length && kept.finally.length === 0)
    throw refused(`nothing is left to run of ${earlier.name}`, "leave --continue out to run it all again");
  const taken = takenFrom(record, over);
  return {
    run: kept,
    done: Object.fromEntries(taken.tasks.map((task) => [task.name, doneTask(task, taken.artifacts)])),
    taken,
    notes: [...again].flatMap(([name, why]) => (why === "" ? [] : [`${name} runs again: ${why}`])),
  };
}

const refused = (message: string, cure: string): UserError => mistake("cannot-continue", message, cure);

/** A step that is not the first of its Task begins in the middle of what is gone: its container, and what is no volume. */
function taskNamed(run: ResolvedRun, wanted: string | undefined): string | undefined {
  if (wanted === undefined) return undefined;
  const tasks = [...run.tasks, ...run.finally];
  const [task] = tasks.filter(({ name }) => name === wanted);
  if (task !== undefined) return task.name;
  const named = tasks.flatMap((one) =>
    stepNames(one).flatMap((step, at) =>
      [step, `${one.name}/${step}`, `${one.name}-${step}`].includes(wanted) ? [{ one, at }] : [],
    ),
  );
  const [found, second] = named;
  if (found === undefined || second !== undefined)
    throw refused(
      `${run.name} has no step "${wanted}"${second === undefined ? "" : " of its own: several Tasks have one"}`,
      suggestion(
        wanted,
        tasks.map(({ name }) => name),
        "name a Task",
      ),
    );
  if (found.at > 0)
    throw refused(
      `${wanted} is not the first step of ${found.one.name}: what the steps before it left outside of volumes is gone`,
      `begin with ${found.one.name}`,
    );
  return found.one.name;
}

const stepNames = ({ spec }: ResolvedTask): readonly string[] =>
  spec.steps.map((one) => (one.kind === "task" ? one.name : (one.step.name ?? "")));

/** The Task and what comes before it; nothing runs after. */
function alone(run: ResolvedRun, name: string): ResolvedRun {
  const all = [...run.tasks, ...run.finally];
  const kept = new Set([name, ...(ancestorsOf(all).get(name) ?? [])]);
  const isKept = (task: { readonly name: string }) => kept.has(task.name);
  const gone = all.filter((task) => !isKept(task)).map((task) => task.name);
  const speaks = (value: unknown) => gone.some((one) => JSON.stringify(value).includes(`tasks.${one}.`));
  return {
    ...run,
    tasks: all.filter(isKept),
    finally: [],
    results: run.results.filter((result) => !speaks(result)),
  };
}

/** Why each Task that runs does so; "" where it was to be expected. */
function whyAgain(
  run: ResolvedRun,
  earlier: Earlier,
  first: string | undefined,
): ReadonlyMap<string, string> {
  const before = ancestorsOf(run.tasks);
  const definitions = definitionsOf(run);
  const again = new Map(
    run.tasks.flatMap((task) => {
      const why = task.name === first ? "" : whyNotOver(run, task, earlier, definitions);
      return why === undefined ? [] : [[task.name, why] as const];
    }),
  );
  for (let size = -1; size !== again.size; ) {
    size = again.size;
    for (const task of run.tasks.filter(({ name }) => !again.has(name))) {
      const why = whyWith(run, task, again, before);
      if (why !== undefined) again.set(task.name, why);
    }
  }
  return again;
}

function whyNotOver(
  run: ResolvedRun,
  task: ResolvedTask,
  { record, definitions: then }: Earlier,
  now: Definitions,
): string | undefined {
  const told = record.tasks.find(({ name }) => name === task.name);
  if (told?.state !== "succeeded") return "";
  if (task.matrix !== undefined) return "it has a matrix";
  if (then[task.name] !== now[task.name]) return "it is not what it was, or its params are not";
  return whyOther(run, task, record);
}

/** Because of another that runs: it comes after it, or their data is the same. */
function whyWith(
  run: ResolvedRun,
  task: ResolvedTask,
  again: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  const earlier = [...(before.get(task.name) ?? [])].find((name) => again.has(name));
  if (earlier !== undefined) return `it comes after ${earlier}`;
  for (const other of run.tasks.filter(({ name }) => again.has(name))) {
    const shared = task.workspaces
      .filter(({ workspace }) => other.workspaces.some((one) => one.workspace === workspace))
      .map(({ workspace }) => workspace);
    const gone = shared.find((workspace) => dataOf(run, workspace) === "passing");
    if (gone !== undefined) return `${other.name} needs ${gone}, and what was in it ended with the run`;
    const isBefore = before.get(other.name)?.has(task.name) === true;
    const both = isBefore ? undefined : shared.find((workspace) => dataOf(run, workspace) === "lasting");
    if (both !== undefined) return `${other.name} may change ${both}`;
  }
  return undefined;
}

/** Whoever says where to begin does not want what comes before that to run. */
function refuseOthers(
  run: ResolvedRun,
  again: ReadonlyMap<string, string>,
  first: string,
  earlier: Earlier,
): void {
  const before = ancestorsOf(run.tasks);
  for (const [name, why] of again) {
    if (name === first || before.get(name)?.has(first) === true) continue;
    const said = why === "" ? `it did not succeed in ${earlier.name}` : why;
    throw refused(`${name} would have to run as well: ${said}`, `begin with ${name}, or leave --from out`);
  }
}
