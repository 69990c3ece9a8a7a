// Artifacts as they are written in TypeScript: records by name, and handles' outputs in place of references.

import type { Artifacts } from "../documents/spec.ts";
import {
  member,
  type PathReference,
  pathReference,
  type Text,
  type TextReference,
  textReference,
} from "./reference.ts";
import { named } from "./scope.ts";

/** Data with immutable references: verified before the command runs, hashed once it has succeeded (baton.run/v1alpha1). */
export interface StepArtifacts {
  readonly inputs?: {
    readonly [name: string]: {
      /** Where it is; by default where the step has it that it comes from. */
      readonly path?: Text;
      /** An output of an earlier step; without it, the Task's user says what it is. */
      readonly from?: OutputReference | string;
      /** What it must be, whoever made it: `{ sha256: hex }`. */
      readonly digest?: Readonly<Record<string, Text>>;
    };
  };
  readonly outputs?: {
    /** Without a path the command writes a reference to `$(step.artifacts.path)`. */
    readonly [name: string]: { readonly path?: Text; readonly buildOutput?: boolean };
  };
}

/** An output of a step or task: for `from`; in texts `.uri` and `.digest`. */
export interface OutputReference extends TextReference {
  readonly uri: TextReference;
  /** `sha256:<hex>`, of a directory `dirHash:<hex>`. */
  readonly digest: TextReference;
}

/** Where a step's own artifacts are, by name. */
export type ArtifactPaths<A, List extends "inputs" | "outputs"> = A extends {
  readonly [L in List]: infer Declared;
}
  ? { readonly [N in keyof Declared]: { readonly path: PathReference } }
  : Readonly<Record<never, never>>;

/** What the own inputs of a Task that is used here are: outputs by the inputs' names. */
export interface BoundArtifacts {
  readonly inputs?: Readonly<Record<string, OutputReference | string>>;
}

/** As `BoundArtifacts` for a Task as a step; `true` passes on the input of the same name of the Task around it. */
export interface PassedArtifacts {
  readonly inputs?: Readonly<Record<string, OutputReference | string | true>>;
}

export const outputOf =
  (room: "steps" | "tasks" | "finally", owner: string) =>
  (name: string): OutputReference => {
    const expression = member(`${room}.${owner}.outputs`, name);
    const [uri, digest] = [textReference(`${expression}.uri`), textReference(`${expression}.digest`)];
    return Object.assign(textReference(expression), { uri, digest });
  };

export const artifactPaths = (list: "inputs" | "outputs", names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { path: pathReference(`${list}.${name}.path`) }]));

/** Tekton's kind of lists. */
export const artifactLists = (artifacts: StepArtifacts | undefined): Artifacts | undefined =>
  artifacts &&
  ({
    ...(artifacts.inputs && { inputs: named(artifacts.inputs) }),
    ...(artifacts.outputs && { outputs: named(artifacts.outputs) }),
  } as Artifacts);

export const boundLists = (artifacts: PassedArtifacts | undefined): Artifacts | undefined =>
  artifacts?.inputs &&
  ({
    inputs: Object.entries(artifacts.inputs).map(([name, from]) => ({
      name,
      ...(from !== true && { from }),
    })),
  } as Artifacts);
