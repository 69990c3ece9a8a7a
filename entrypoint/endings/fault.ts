// A step that cannot start because of what it was given. Thrown deep inside, turned into an ending in one place.

import type { Reason } from "../protocol/index.ts";

export class StepFault extends Error {
  readonly reason: Reason;
  constructor(reason: Reason, message: string) {
    super(message);
    this.name = "StepFault";
    this.reason = reason;
  }
}
