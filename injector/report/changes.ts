// What has changed since an earlier run: results, artifacts, endings, and times that differ by more than noise.

import { digestText } from "../../entrypoint/protocol/index.ts";
import type { RunRecord } from "../record/record.ts";
import { duration, millisecondsBetween } from "../record/units.ts";
import { table } from "./table.ts";

export function changes(before: RunRecord, after: RunRecord): string {
  return [
    table(["step", "before", "now"], differing(stepsOf(before), stepsOf(after), isNoise)),
    table(["result", "before", "now"], differing(resultsOf(before), resultsOf(after))),
    table(["artifact", "before", "now"], differing(artifactsOf(before), artifactsOf(after))),
  ].join("\n");
}

interface Told {
  readonly text: string;
  readonly milliseconds?: number;
}

type Values = ReadonlyMap<string, Told>;

function differing(
  before: Values,
  after: Values,
  same: (a: Told, b: Told) => boolean = (a, b) => a.text === b.text,
): readonly (readonly string[])[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [a, b] = [before.get(name), after.get(name)];
    if (a !== undefined && b !== undefined && same(a, b)) return [];
    return [[name, a?.text ?? "was not there", b?.text ?? "is not there"]];
  });
}

/** The same ending, and times that differ by less than a fifth or a tenth of a second. */
function isNoise(a: Told, b: Told): boolean {
  const [x = 0, y = 0] = [a.milliseconds, b.milliseconds];
  const ending = (told: Told) => told.text.split(" ")[0];
  return ending(a) === ending(b) && Math.abs(x - y) < Math.max(100, 0.2 * Math.max(x, y));
}

const stepsOf = ({ steps }: RunRecord): Values =>
  new Map(
    steps.map(({ step, label = step, state, startedAt, finishedAt }): readonly [string, Told] => {
      const milliseconds = millisecondsBetween(startedAt, finishedAt);
      if (milliseconds === undefined) return [label, { text: state }];
      return [label, { text: `${state} in ${duration(milliseconds)}`, milliseconds }];
    }),
  );

const resultsOf = ({ results }: RunRecord): Values =>
  new Map(
    results.map(({ name, value }) => [
      name,
      { text: typeof value === "string" ? value : JSON.stringify(value) },
    ]),
  );

function artifactsOf({ artifacts, steps }: RunRecord): Values {
  const labels = new Map(steps.map(({ step, label = step }) => [step, label]));
  return new Map(
    artifacts.map(({ name, step, digest }) => [
      `${name} of ${labels.get(step) ?? step}`,
      { text: digestText(digest) },
    ]),
  );
}
