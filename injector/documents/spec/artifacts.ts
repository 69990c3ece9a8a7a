// Artifacts as steps and a Pipeline's tasks declare them: ours (docs/artifacts.md).

/** Data that a step is given. Without `from` it is the Task's own input, for whoever uses the Task to bind. */
export interface ArtifactInput {
  readonly name: string;
  readonly path?: string;
  /** `$(steps.<step>.outputs.<name>)`. */
  readonly from?: string;
  /** What it must be, whoever made it: hex by in-toto's algorithm. */
  readonly digest?: Readonly<Record<string, string>>;
}

/** Data that a step leaves. Without `path` it is a reference that the command itself writes. */
export interface ArtifactOutput {
  readonly name: string;
  readonly path?: string;
  readonly buildOutput?: boolean;
}

export interface Artifacts {
  readonly inputs?: readonly ArtifactInput[];
  readonly outputs?: readonly ArtifactOutput[];
}
