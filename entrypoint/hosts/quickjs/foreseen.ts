// A step whose way is known: its turn and its command's success are made ready while it waits, and left to ahead.ts.
// Whatever comes otherwise finds nothing done, and goes the way of every other step.

import * as native from "baton:native";
import { type Cancel, type Foreseen, HostError, type LifeOf, type Started, type Watch } from "../../host.ts";
import { lookUntil } from "../look-until.ts";
import { absent, type Call, decideAhead, has, type Made, quiet, start, there } from "./ahead.ts";
import { reapChildren } from "./children.ts";
import { type Draft, Drafts } from "./drafts.ts";
import { liveness } from "./lives.ts";
import { candidates, refusal } from "./lookup.ts";
import { inputOf } from "./spawn.ts";
import { toldProcess } from "./success.ts";
import { alarmFor } from "./waiting.ts";

export async function startWhen<T>(
  foreseen: Foreseen,
  watch: Watch,
  look: (lifeOf: LifeOf) => T | undefined,
  cancel: Cancel,
  warn: (problem: string) => void,
): Promise<T | Started> {
  const found = cancel.fired ? undefined : look(liveness);
  if (found !== undefined) return found;
  reapChildren();
  const ready = makeReady(foreseen);
  let started: Started | undefined;
  let lookNow: (lifeOf: LifeOf) => unknown = () => undefined;
  const forget = decideAhead(ready.calls, (made) => {
    started = begun(foreseen, ready, made);
    lookNow(liveness);
  });
  try {
    return await lookUntil<T | Started>(
      (lifeOf) => started ?? look(lifeOf),
      cancel,
      (ask) => {
        lookNow = ask;
        return alarmFor(watch, ask, warn);
      },
    );
  } finally {
    forget();
    if (started === undefined) ready.drafts.discard();
  }
}

/** What the turn takes. */
interface Ready {
  readonly drafts: Drafts;
  readonly endings: readonly Draft[];
  /** None where something could not be made ready: then the step goes the way of every other one. */
  readonly calls: readonly Call[];
  /** The one among them that gives the time. */
  readonly time: Call | undefined;
}

function makeReady({ turn, running, command, success }: Foreseen): Ready {
  const drafts = new Drafts();
  try {
    const first = running && drafts.make(running, 0);
    first?.write([]);
    const endings = success.publish.map((dated, at) => drafts.make(dated, at + 1));
    const input = inputOf();
    if (input !== 0) drafts.keep(input);
    const times = first?.stamp() ?? [];
    const calls = [
      quiet(0),
      ...turn.there.map(({ path, filled }) => there(path, filled)),
      ...turn.has.map(({ path, words }) => has(path, words)),
      ...turn.absent.map(absent),
      ...times,
      ...(first === undefined ? [] : [first.appear()]),
      start(candidates(command), command.argv, command.environment, [input, 1, 2]),
    ];
    return { drafts, endings, calls, time: times[0] };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    drafts.discard();
    return { drafts, endings: [], calls: [], time: undefined };
  }
}

/** undefined where the record could not be made: then nothing has been started. */
function begun({ command, success }: Foreseen, ready: Ready, made: Made): Started | undefined {
  const { drafts, endings, calls, time } = ready;
  const child = made[calls.length - 1];
  if (child === undefined) return undefined;
  const at = time === undefined ? native.now() : (made[calls.indexOf(time)] ?? 0);
  if (child >= 0)
    return { at, spawned: { ok: true, process: toldProcess(child, success, at, drafts, endings) } };
  drafts.discard();
  return { at, spawned: refusal(command, -child) };
}
