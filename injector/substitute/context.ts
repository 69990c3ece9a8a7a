// `$(context.…)`: what a run, a Task or a Pipeline is called.

import type { ContextName } from "../documents/contexts.ts";
import { asData } from "./data.ts";
import type { Lookup } from "./text.ts";

export type Context = Readonly<Partial<Record<ContextName, string>>>;

export const contextLookup =
  (context: Context): Lookup =>
  ({ path: [room, ...name], index }) =>
    room === "context" && index === undefined ? dataIn(context[name.join(".") as ContextName]) : undefined;

const dataIn = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : asData(text);
