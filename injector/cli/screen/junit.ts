// A run as JUnit's XML, which CI systems show as tests: a suite for each Task, a case for each step.

import type { StepStatus } from "../../../entrypoint/protocol/index.ts";
import { escaped } from "../../pictures/svg.ts";
import { isDecisive } from "../../record/decisive.ts";
import { readableSteps } from "../../record/readable.ts";
import type { RunRecord, StepRecord, TaskRecord } from "../../record/record.ts";
import { millisecondsBetween } from "../../record/units.ts";
import { recordedName } from "./names.ts";
import type { Tails } from "./tails.ts";

export function junit(record: RunRecord, tails: Tails): string {
  const byStep = new Map(readableSteps(record).map((status) => [status.step, status]));
  const suites = record.tasks.map((task) => suite(task, byStep, tails));
  const took = seconds(record.startedAt, record.finishedAt);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(record.name)}" ${counts(record.steps)} time="${took}">`,
    ...suites,
    "</testsuites>\n",
  ].join("\n");
}

function suite(task: TaskRecord, byStep: ReadonlyMap<string, StepRecord>, tails: Tails): string {
  const { name, label = name, steps } = task;
  const own = steps.flatMap((step) => byStep.get(step) ?? []);
  const cases = own.map((status) => testcase(label, status, tails));
  return [`  <testsuite name="${escaped(label)}" ${counts(own)}>`, ...cases, "  </testsuite>"].join("\n");
}

function testcase(task: string, status: StepRecord, tails: Tails): string {
  const { step, startedAt, finishedAt } = status;
  const head = `    <testcase classname="${escaped(task)}" name="${escaped(recordedName(status))}" time="${seconds(startedAt, finishedAt)}"`;
  const body = verdict(status);
  const lines = tails.of(step);
  if (body === "" && lines.length === 0) return `${head}/>`;
  const said = lines.length === 0 ? "" : `<system-out>${escaped(lines.join("\n"))}</system-out>`;
  return `${head}>${body}${said}</testcase>`;
}

function verdict(status: StepStatus): string {
  const message = escaped(status.message ?? status.state);
  if (isDecisive(status)) return `<failure type="${status.state}" message="${message}"/>`;
  return status.startedAt === undefined ? `<skipped message="${message}"/>` : "";
}

function counts(steps: readonly StepStatus[]): string {
  const failures = steps.filter(isDecisive).length;
  const skipped = steps.filter((one) => one.startedAt === undefined && !isDecisive(one)).length;
  return `tests="${steps.length}" failures="${failures}" skipped="${skipped}"`;
}

const seconds = (from: string | undefined, to: string | undefined): string =>
  ((millisecondsBetween(from, to) ?? 0) / 1_000).toFixed(3);
