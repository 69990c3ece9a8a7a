// The contract of every host, as programs see it: hosts run the same cases, each in a way of its own.
import type { Host } from "../../entrypoint/host.ts";
import { beneath } from "./host/beneath.ts";
import type { Case, Subject } from "./host/case.ts";
import { files } from "./host/files.ts";
import { foreseen } from "./host/foreseen.ts";
import { processes } from "./host/processes.ts";
import { ROLES } from "./host/roles.ts";
import { store } from "./host/store.ts";
import { waiting } from "./host/waiting.ts";

export const HOST_CASES: readonly Case[] = [
  ...files,
  ...beneath,
  ...waiting,
  ...processes,
  ...foreseen,
  ...store,
];

/**
 * A host's test program: `case NAME DIR` runs one case, `role NAME words…` is the other process of one. `program` is
 * the argv that starts it again. Resolves with the exit code; a broken case says why on standard error.
 */
export async function hostProgram(host: Host, program: readonly string[]): Promise<number> {
  const [verb = "", name = "", ...words] = host.args;
  const role = ROLES[name];
  if (verb === "role" && role !== undefined) return role(host, words);
  const found = HOST_CASES.find((one) => one.name === name);
  const [dir = ""] = words;
  if (verb !== "case" || found === undefined) throw new Error(`no ${verb} called ${name}`);
  try {
    await found.run(subject(host, dir, program));
    return 0;
  } catch (error) {
    host.log(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

const subject = (host: Host, dir: string, program: readonly string[]): Subject => ({
  host,
  dir,
  other: (role, ...words) => [...program, "role", role, ...words],
});
