// The words that the verbs which read Tasks have in common, with the short flags of tkn.

import type { Command } from "commander";
import { addLock, type LockOptions } from "./lock-options.ts";

export interface InputOptions extends LockOptions {
  readonly param: readonly string[];
  readonly workspace: readonly string[];
  readonly path: readonly string[];
  readonly target?: string;
}

const FILES =
  "YAML files with Tasks, Pipelines or runs of them, folders of such, or modules that export them; - is standard input; none: baton.yaml, .tekton/ or compose.yaml";

export const addInput = (command: Command): Command =>
  addLock(addPath(command.argument("[file...]", FILES)))
    .option(
      "-p, --param <name=value>",
      "a param: text, a,b for an array, k:v,k2:v2 for an object",
      collect,
      [],
    )
    .option(
      "-w, --workspace <name=…>",
      "name=W,emptyDir= or path=DIR, claimName=C, config=M, secret=S; subPath=P",
      collect,
      [],
    )
    .option("--target <name>", "what to take where the files hold several: name or Kind/name");

const addPath = (command: Command): Command =>
  command.option("--path <dir>", "folder to look referenced Tasks and Pipelines up in", collect, []);

export interface MaxPodOptions {
  readonly maxPod?: string;
}

export const addMaxPod = (command: Command): Command =>
  command.option("--max-pod <limits>", "cut what needs more than steps=N,cpu=Q,memory=Q into several pods");

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
