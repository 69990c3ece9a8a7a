// What every part of a step's life has at hand.

import type { Arguments } from "../command/arguments.ts";
import type { Control } from "../endings/control.ts";
import type { Host } from "../host.ts";
import type { Flags } from "../protocol/index.ts";
import type { OpenRecord } from "./record.ts";

export interface Step {
  readonly host: Host;
  readonly given: Arguments;
  readonly flags: Flags;
  readonly record: OpenRecord;
  readonly control: Control;
  /** Of the Task, from 1, where it may be tried again. */
  readonly attempt?: number;
}
