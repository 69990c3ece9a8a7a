// TKN_ACT=program: tkn-act, which runs Tekton's files on docker, beside Baton on the same engine: its own fixtures
// (TKN_ACT_FIXTURES=folder) and Tekton's examples, with what came out and how long it took.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { type Example, readExample } from "./examples.ts";
import { endedIn, type Runner } from "./outcomes.ts";

export interface Compared {
  readonly name: string;
  readonly baton: Timed;
  readonly peer: Timed;
}

export interface Timed {
  readonly code: number | string;
  readonly milliseconds: number;
}

export const PAUSE = "registry.k8s.io/pause:3.9";

/** Of each folder of fixtures the file of its name; those that need a server of their own are in none of the two. */
export const readFixtures = (folder: string): readonly Example[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith("resolver-"))
    .sort()
    .map((name) => readExample(folder, join(name, "pipeline.yaml")));

/** One after the other. What the peer refuses at once is not run twice. */
export async function compare(
  examples: readonly (Example & { readonly file: string })[],
  program: string,
  docker: Runner,
): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  for (const { path, file, text, targets } of examples) {
    const peer = await timed([program, "run", "--cleanup", "-f", file], docker);
    if (peer.code !== 0 && path.startsWith("examples/")) continue;
    const choice = targets[0] === undefined ? [] : ["--target", targets[0]];
    const baton = await timed(
      [process.execPath, "dist/cli.mjs", "run", file, ...choice, ...emptyWorkspaces(text), ...docker.words],
      docker,
    );
    compared.push({ name: path, baton, peer });
    process.stdout.write(`${path}: baton ${said(baton)}, tkn-act ${said(peer)}\n`);
  }
  return compared;
}

/** What tkn-act gives a Pipeline by itself. */
function emptyWorkspaces(text: string): readonly string[] {
  const pipelines = parseAllDocuments(text).map(
    (document) => document.toJS() as Partial<PipelineText> | null,
  );
  return pipelines.flatMap((one) =>
    one?.kind === "Pipeline"
      ? (one.spec?.workspaces ?? []).flatMap(({ name }) => ["-w", `name=${name},emptyDir=`])
      : [],
  );
}

interface PipelineText {
  readonly kind: string;
  readonly spec: { readonly workspaces?: readonly { readonly name: string }[] };
}

export const peerTable = (compared: readonly Compared[], verdicts: ReadonlyMap<string, string>): string =>
  [
    "| | Baton | tkn-act | by Tekton |",
    "| --- | --- | --- | --- |",
    ...compared.map(
      ({ name, baton, peer }) =>
        `| ${name.replace("/pipeline.yaml", "")} | ${said(baton)} | ${said(peer)} | ${verdicts.get(name) ?? ""} |`,
    ),
  ].join("\n");

const said = ({ code, milliseconds }: Timed): string =>
  `${code === 0 ? "succeeded" : `ends with ${code}`}, ${(milliseconds / 1e3).toFixed(1)} s`;

async function timed(command: readonly string[], { environment }: Runner): Promise<Timed> {
  const started = performance.now();
  const { code } = await endedIn(command, environment);
  return { code, milliseconds: performance.now() - started };
}
