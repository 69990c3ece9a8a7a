// What a run does about an engine that goes away, and about a collector that is killed. Both come back as they were: the
// files of the steps say how each went, and the collector reads them again from the beginning.

import { setTimeout as sleep } from "node:timers/promises";
import { COLLECTOR } from "../collector.ts";
import { call } from "./call.ts";
import type { Engine, Project } from "./engine.ts";

export interface Revived {
  /** Waits for an engine that is away, and says whether it is back. */
  answers(): Promise<boolean>;
  /** Starts the collector again, unless it is not there any more, or somebody kills it each time. */
  collects(): Promise<boolean>;
  /** Why nothing more is to be learned, for the steps that have not been told of. */
  why(): string;
}

const PATIENCE_MS = 10_000;
const PAUSE_MS = 250;
const MOST_STARTS = 5;

export function reviving(engine: Engine, project: Project, notice: (message: string) => void): Revived {
  let why = "";
  let starts = 0;
  const { isBack } = waiting(
    () => doesAnswer(engine),
    () => notice(`${engine.name} does not answer: waiting for it`),
  );
  const answers = async () => {
    const back = await isBack();
    if (!back) why = `${engine.name} went away`;
    return back;
  };
  const collects = async () => {
    if (!(await answers())) return false;
    const started = await call(engine.name, ["start", engine.container(project, COLLECTOR)]);
    if (started.code === 0 && ++starts <= MOST_STARTS) return true;
    why = started.code === 0 ? "the collector was killed each time" : "its containers were removed";
    return false;
  };
  return { answers, collects, why: () => `${why} before it could report` };
}

export interface Away {
  /** Waits for an engine that is away, and says whether it is back. */
  isBack(): Promise<boolean>;
}

/** One wait for all who ask at the same time; patience that has run out has run out for all. */
export function waiting(doesAnswer: () => Promise<boolean>, onAway: () => void): Away {
  let wait: Promise<boolean> | undefined;
  return {
    isBack: () => {
      wait ??= comesBack(doesAnswer, onAway).then((isBack) => {
        if (isBack) wait = undefined;
        return isBack;
      });
      return wait;
    },
  };
}

async function comesBack(doesAnswer: () => Promise<boolean>, onAway: () => void): Promise<boolean> {
  const end = Date.now() + PATIENCE_MS;
  for (let asked = 0; ; asked += 1) {
    if (await doesAnswer()) return true;
    if (asked === 0) onAway();
    if (Date.now() > end) return false;
    await sleep(PAUSE_MS);
  }
}

const doesAnswer = (engine: Engine): Promise<boolean> =>
  engine.projects().then(
    () => true,
    () => false,
  );
