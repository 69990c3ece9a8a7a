// What a step is known by: everything that may change what it leaves, in one digest.

import type { Cancel, Command, Host } from "../host.ts";
import { CACHE_RECIPE, secretFile } from "../protocol/cache.ts";
import {
  type ArtifactStatus,
  beneath,
  type CacheRequest,
  type DeclaredArtifacts,
  type Flags,
  inDirectory,
  LIMITS,
  PROTOCOL_VERSION,
} from "../protocol/index.ts";
import type * as Results from "../record/results.ts";
import { chance } from "./entries.ts";

/** `record/results.ts`. */
export type Reports = Pick<typeof Results, "sharedProducts" | "ownProducts" | "declaredResults">;

export interface Known {
  readonly host: Host;
  readonly flags: Flags;
  readonly request: CacheRequest;
  /** As it is about to be run. */
  readonly command: Command;
  readonly declared: DeclaredArtifacts;
  readonly inputs: readonly ArtifactStatus[];
  /** What the step reports: handed in, so that it stays where a step that only waits has it. */
  readonly reports: Reports;
  /** Something of it has been found to be wrong: nothing that is kept is trusted. */
  readonly way?: "keep" | "renew";
}

/** Why there is none, where there is none. */
export async function keyOf(
  known: Known,
  cancel: Cancel,
): Promise<{ readonly key: string } | { readonly why: string }> {
  const { host, flags, request, command, declared, inputs } = known;
  const { image, key = [], programs = false, facts = {}, root } = request;
  if (image === undefined && !programs && key.length === 0)
    return { why: "nothing says which image it runs in: name it by its digest, or say cache: {key: [...]}" };
  const script = scriptIn(host, flags, request, command);
  const words = command.argv.map((word) => (word === script?.path ? "<script>" : word));
  const parts = {
    ...{ recipe: CACHE_RECIPE, protocol: PROTOCOL_VERSION, platform: host.platform, image, key, facts },
    programs: programs && key.length === 0 ? await programsOf(host, command, script?.text, cancel) : [],
    words: words.map((word) => apart(word, root)),
    script: script && host.sha256Of(apart(script.text, root)),
    environment: environmentOf(host, request, command),
    inputs: inputs.map(({ name, digest }) => [name, sorted(digest)]),
    outputs: (declared.outputs ?? []).map(({ name, path = "" }) => [name, apart(path, root)]),
    results: [
      flags.results ?? [],
      flags.step_results ?? [],
      flags.result_types ?? "",
      flags.step_result_types ?? "",
    ],
    hermetic: command.hermetic === true,
  };
  return { key: host.sha256Of(JSON.stringify(parts)) };
}

/** Where the run keeps its data is chance. */
const apart = (text: string, root: string | undefined): string =>
  root === undefined ? text : text.replaceAll(root, "<root>");

const sorted = (record: Readonly<Record<string, string>>) =>
  Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));

function scriptIn(
  host: Host,
  { step_metadata_dir: metadata }: Flags,
  { script }: CacheRequest,
  { argv }: Command,
) {
  const path = argv.find((word) => word === script || word === `${metadata}/script`);
  if (path === undefined) return undefined;
  return { path, text: host.read(beneath(path), LIMITS.script) ?? "" };
}

/** The program, and what its script is for. What these start in turn is not known. */
async function programsOf(host: Host, command: Command, script: string | undefined, cancel: Cancel) {
  const first = script === undefined ? command.argv.slice(0, 1) : interpreters(script);
  const found: string[][] = [];
  for (const name of first) {
    const path = pathOf(host, name, command.environment);
    found.push([name, path === undefined ? "" : (await host.digest(path, cancel)).sha256]);
  }
  return found;
}

/** `#!/usr/bin/env -S python3 -u` names two. */
function interpreters(script: string): readonly string[] {
  const words = /^#!\s*(.*)/.exec(script)?.[1]?.trim().split(/\s+/) ?? [];
  const [first = "/bin/sh", ...rest] = words;
  const second = first.endsWith("/env") ? rest.find((word) => !/^-|=/.test(word)) : undefined;
  return second === undefined ? [first] : [first, second];
}

function pathOf(host: Host, name: string, environment: readonly string[]): string | undefined {
  if (name.includes("/")) return host.stat(name)?.type === "file" ? name : undefined;
  const path = environment.findLast((one) => one.startsWith("PATH="))?.slice("PATH=".length) ?? "";
  const places = path.split(":").map((directory) => `${directory}/${name}`);
  return places.find((one) => host.stat(one)?.type === "file");
}

/** Of the machine, the terminal, the network and the pod; a step that declares one of these means it. */
const IRRELEVANT =
  /^(?:HOSTNAME|PWD|OLDPWD|SHLVL|_|TERM|COLUMNS|LINES|TMPDIR|BATON_RUN|(?:HTTPS?|NO|ALL)_PROXY|(?:https?|no|all)_proxy|KUBERNETES_.*|.*_SERVICE_(?:HOST|PORT.*)|.*_PORT(?:_\d+_(?:TCP|UDP|SCTP).*)?)$/;

function environmentOf(host: Host, request: CacheRequest, { environment }: Command) {
  const { ignore = [], declared = [], secrets = [], root } = request;
  const values = new Map(environment.map((entry) => cut(entry)));
  return [...values]
    .filter(([name]) => !ignore.includes(name) && (declared.includes(name) || !IRRELEVANT.test(name)))
    .map(([name, value]) => [
      name,
      secrets.includes("*") || secrets.includes(name) ? keyed(host, request, value) : apart(value, root),
    ])
    .sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
}

function cut(entry: string): readonly [string, string] {
  const at = entry.indexOf("=");
  return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)];
}

/** With what this store alone knows, so that a secret cannot be found by trying. */
function keyed(host: Host, { dir }: CacheRequest, value: string): string {
  const secret = secretOf(host, dir);
  return host.sha256Of(`${secret} ${host.sha256Of(`${secret} ${value}`)}`);
}

function secretOf(host: Host, dir: string): string {
  const place = inDirectory(dir, secretFile("").slice(1));
  const read = () => host.read(place, LIMITS.word * 2);
  const known = read();
  if (known !== undefined && known.length >= LIMITS.word) return known;
  host.publish(place, chance(host), 0o600);
  return read() ?? "";
}
