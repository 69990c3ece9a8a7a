// The programs that are measured, each as the argv of one step of a chain.
import { existsSync } from "node:fs";
import { resolve } from "node:path";

export interface Step {
  /** Created by the step before it, or by hand. */
  readonly waitFile: string;
  /** Exists, private to the step. */
  readonly directory: string;
  readonly command: readonly string[];
}

export interface Program {
  readonly name: string;
  /** The file whose size counts. */
  readonly file: string;
  readonly step: (step: Step) => readonly string[];
  /** The chains it can run on one machine in a minute. */
  readonly chains: readonly number[];
  /** Copies itself: argv before the target. */
  readonly copy?: readonly string[];
  /** Ends when a step that it waits for is killed. */
  readonly noticesDeath?: true;
}

export const postFile = (directory: string): string => `${directory}/out`;

const tekton = process.env["TEKTON_ENTRYPOINT"];

export const BARE: Program = {
  name: "bare C",
  file: resolve("build/bare"),
  step: ({ waitFile, directory, command }) => [
    resolve("build/bare"),
    waitFile,
    postFile(directory),
    ...command,
  ],
  chains: [1, 5, 50, 500],
  noticesDeath: true,
};

export const NATIVE: Program = {
  name: "Baton",
  file: resolve("dist/entrypoint"),
  step: (step) => [resolve("dist/entrypoint"), ...flags(step)],
  chains: [1, 5, 50, 500],
  copy: [resolve("dist/entrypoint"), "cp", resolve("dist/entrypoint")],
  noticesDeath: true,
};

const NODE: Program = {
  name: "Baton on Node",
  file: resolve("dist/entrypoint.mjs"),
  step: (step) => [process.execPath, resolve("dist/entrypoint.mjs"), ...flags(step)],
  chains: [1, 5, 50],
  noticesDeath: true,
};

const TEKTON: Program = {
  name: "Tekton",
  file: resolve(tekton ?? ""),
  step: (step) => [resolve(tekton ?? ""), ...flags(step)],
  chains: [1, 5],
  copy: [resolve(tekton ?? ""), "cp", resolve(tekton ?? "")],
};

export const PROGRAMS: readonly Program[] = [
  BARE,
  NATIVE,
  ...(existsSync(NODE.file) ? [NODE] : []),
  ...(tekton === undefined ? [] : [TEKTON]),
];

/** Without a directory for its records Tekton's entrypoint leaves them in the current one. */
function flags({ waitFile, directory, command: [name = "", ...words] }: Step): string[] {
  return [
    ...["-wait_file", waitFile, "-post_file", postFile(directory)],
    ...["-termination_path", `${directory}/termination`],
    ...["-step_metadata_dir", `${directory}/status`],
    ...["-entrypoint", name, "--", ...words],
  ];
}
