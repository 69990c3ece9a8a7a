// A compose file in the words of a plan: its jobs are steps, its long-running services sidecars, what they wait for edges.

import {
  type Flags,
  metadataDir,
  postFile,
  RESULTS_DIR,
  runDir,
} from "../../../entrypoint/protocol/index.ts";
import { asRaw } from "../../documents/raw.ts";
import type { Raw } from "../../documents/spec.ts";
import type { Plan, PlannedContainer, PlannedStep, PlannedTask } from "../../plan/model/plan.ts";
import type { Turn } from "./order.ts";
import { OWN } from "./project.ts";
import { readyFlags } from "./ready-test.ts";

export interface PlanOf {
  readonly name: string;
  readonly file: string;
}

/** The volume of a job's results. */
const resultsVolume = (index: number): string => `results-${index}`;

export function composePlan(turns: readonly Turn[], { name, file }: PlanOf): Plan {
  const jobs = turns.filter(({ service }) => service.isJob);
  const at = new Map(jobs.map(({ index }, step) => [index, step]));
  const steps = jobs.map(
    (turn, index): PlannedStep => ({
      ...container(turn, turns),
      index,
      needs: [...jobsBefore(turn, turns)].flatMap((one) => {
        const step = at.get(one);
        return step === undefined ? [] : { step, on: "succeeded" as const };
      }),
      results: resultNames(turn.service.fields).map((one) => ({ name: one, type: "string" })),
    }),
  );
  return {
    name,
    source: { kind: "Compose", name, file },
    tasks: jobs.map(
      (turn, index): PlannedTask => ({
        name: turn.service.name,
        steps: [index],
        finally: false,
        results: resultNames(turn.service.fields).map((one) => ({
          name: one,
          type: "string",
          from: { volume: resultsVolume(turn.index), path: one },
        })),
        retries: 0,
        tolerated: false,
      }),
    ),
    steps,
    sidecars: turns
      .filter(({ service }) => !service.isJob)
      .map((turn) => ({ ...container(turn, turns), until: jobs.map((_, index) => index) })),
    volumes: [],
    layout: { layout: { protocol: 1, directories: [], files: [], links: [] }, mounts: [] },
    results: jobs.flatMap(({ service }) =>
      resultNames(service.fields).map((one) => ({
        name: one,
        type: "string" as const,
        value: `$(tasks.${service.name}.results.${one})`,
      })),
    ),
    pod: { labels: {}, annotations: {}, spec: {} },
    data: [],
  };
}

function container(turn: Turn, turns: readonly Turn[]): PlannedContainer {
  const { name, fields } = turn.service;
  const { image } = fields;
  return {
    id: name,
    name,
    task: name,
    ...(typeof image === "string" ? { image } : {}),
    args: [],
    env: [],
    envFrom: [],
    mounts: [],
    flags: flagsOf(turn, turns),
    container: {},
  };
}

/** What its entrypoint is told in a run of baton's own, which sees how each ends. */
function flagsOf({ service, index, after }: Turn, turns: readonly Turn[]): Flags {
  const common: Flags = {
    wait_file: after.map(postFile),
    post_file: postFile(index),
    step_name: service.name,
    step_metadata_dir: metadataDir(index),
  };
  const jobs = turns.filter((one) => one.service.isJob);
  return service.isJob
    ? {
        ...common,
        termination_path: `${runDir(index)}/termination`,
        termination_budget: UNBOUNDED,
        results: resultNames(service.fields),
        results_dir: RESULTS_DIR,
      }
    : { ...common, ...readyFlags(service.fields), wait_settled: jobs.map((one) => postFile(one.index)) };
}

/** Nobody reads the message: results are files. */
const UNBOUNDED = 2 ** 30;

const resultNames = (fields: Raw): readonly string[] => {
  const { results } = asRaw(fields[OWN]);
  return Array.isArray(results) ? results.map(String) : [];
};

/** Jobs that it waits for, through services that wait for them. */
function jobsBefore({ after }: Turn, turns: readonly Turn[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const index of after) {
    const turn = turns[index];
    if (turn === undefined) continue;
    if (turn.service.isJob) found.add(index);
    else for (const one of jobsBefore(turn, turns)) found.add(one);
  }
  return found;
}
