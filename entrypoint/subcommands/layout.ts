// `layout`: makes everything that has to exist before the first step, from JSON in the environment.

import { variable } from "../command/command.ts";
import { makeLayout } from "../command/layout.ts";
import { type Host, HostError } from "../host.ts";
import { LAYOUT_VARIABLE } from "../protocol/index.ts";

export function makeWholeLayout(host: Host): string {
  const text = variable(host, LAYOUT_VARIABLE);
  if (text === undefined) throw new HostError("EINVAL", `${LAYOUT_VARIABLE} is not set`);
  return makeLayout(host, text, LAYOUT_VARIABLE);
}
