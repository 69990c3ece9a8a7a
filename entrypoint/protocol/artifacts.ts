// Artifacts: what a step declares (-artifacts), the references it leaves in provenance.json, and what its status says.

/** in-toto's DigestSet: lowercase hex by algorithm. */
export type DigestSet = Readonly<Record<string, string>>;

/** The value of -artifacts. */
export interface DeclaredArtifacts {
  readonly inputs?: readonly DeclaredInput[];
  readonly outputs?: readonly DeclaredOutput[];
}

/** Hashed before the command runs, and compared with what its producer or the Task says that it is. */
export interface DeclaredInput {
  readonly name: string;
  readonly path: string;
  /** The producer's provenance.json, and the name of the output there. */
  readonly from?: string;
  readonly output?: string;
  readonly digest?: DigestSet;
}

/** Hashed once the command has succeeded; without a path the command itself writes the reference. */
export interface DeclaredOutput {
  readonly name: string;
  readonly path?: string;
  readonly buildOutput?: boolean;
}

/** provenance.json, as Tekton has it. */
export interface Provenance {
  readonly inputs?: readonly ProvenanceEntry[];
  readonly outputs?: readonly ProvenanceEntry[];
}

export interface ProvenanceEntry {
  readonly name: string;
  readonly values: readonly ArtifactReference[];
  readonly buildOutput?: boolean;
}

/** Where it is, and what it must hash to for ever. */
export interface ArtifactReference {
  readonly digest: DigestSet;
  readonly uri: string;
}

/** What `status.json` says of an artifact. `size` in bytes, where the entrypoint has hashed it. */
export interface ArtifactStatus extends ArtifactReference {
  readonly name: string;
  readonly size?: number;
  readonly buildOutput?: boolean;
}

export interface StepArtifacts {
  readonly inputs?: readonly ArtifactStatus[];
  readonly outputs?: readonly ArtifactStatus[];
}

/** Algorithms of what the entrypoint hashes. `dirHash` and `gitCommit` are in-toto's, `dirLinks` and `dirGit` are ours. */
export const DIGEST_ALGORITHMS = ["sha256", "dirHash", "dirLinks", "dirGit", "gitCommit"] as const;

/**
 * Whether `dirGit` knows what is at `path` below a directory: what is called `.git` at its top, as far as it says what git does
 * (configuration, hooks, attributes). What git keeps for itself, and changes when somebody only looks, is left out.
 */
export const tellsGit = (path: string): boolean =>
  path.startsWith(".git/") ? !GIT_DATA.test(path) : path === ".git";

/** With the repositories of submodules and worktrees inside it. Where else objects are looked for is no data. */
const GIT_DATA =
  /^\.git\/(?:(?:modules|worktrees)\/[^/]+\/)*(?:(?:logs|refs|lfs)(?:\/|$)|objects\/(?!info)|objects\/info\/(?!alternates$)|(?:index|HEAD|packed-refs|shallow|[A-Z_]+_HEAD|[A-Z_]+_(?:EDIT)?MSG|COMMIT_EDITMSG|gc\.(?:log|pid)|description|.*\.lock)$)/;

/** `sha256:<hex>`, or what else there is: what says most about the content comes first. "" where there is none. */
export function digestText(digest: DigestSet): string {
  const algorithm = [...DIGEST_ALGORITHMS, ...Object.keys(digest)].find((one) => Object.hasOwn(digest, one));
  return algorithm === undefined ? "" : `${algorithm}:${digest[algorithm]}`;
}

export const provenanceFile = (metadata: string): string => `${metadata}/artifacts/provenance.json`;
/** Beside provenance.json: the lines (as sha256sum has them) whose SHA-256 is the `dirHash`, and the same for `dirLinks`. */
export const listFile = (metadata: string, artifact: string): string =>
  `${metadata}/artifacts/${artifact}.sha256`;
export const linksFile = (metadata: string, artifact: string): string =>
  `${metadata}/artifacts/${artifact}.links.sha256`;
export const gitFile = (metadata: string, artifact: string): string =>
  `${metadata}/artifacts/${artifact}.git.sha256`;
