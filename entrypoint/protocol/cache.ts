// The cache: what `-cache` says, how its folder is laid out, and what an entry is (README.md, "Cache").

import type { ArtifactReference, DigestSet } from "./artifacts.ts";

/** Where steps that may be cached have the folder mounted. */
export const CACHE_DIR = "/tekton/cache";
/** Of how keys are made, and of what entries say: another number is another key. */
export const CACHE_RECIPE = 1;

/** The value of `-cache`. */
export interface CacheRequest {
  /** The folder: `ac/` has entries by their keys, `cas/` has content by its digest. */
  readonly dir: string;
  /** The run that entries are made by. */
  readonly run: string;
  /** Texts that belong to the key. */
  readonly key?: readonly string[];
  /** Milliseconds that an entry is good for. */
  readonly ttl?: number;
  /** Names of variables that change nothing; and of those that hold a secret, of which a keyed hash is taken. */
  readonly ignore?: readonly string[];
  readonly secrets?: readonly string[];
  /** Names of variables that the step declares: they count whatever they are called. */
  readonly declared?: readonly string[];
  /** Digest of the image; on a machine the programs are hashed instead. */
  readonly image?: string;
  readonly programs?: boolean;
  /** The script's file: its text counts, and not its name. */
  readonly script?: string;
  /** What else makes the step what it is. */
  readonly facts?: Readonly<Record<string, string>>;
  /** Directories that are mounts: what is in them can be replaced, and they cannot. */
  readonly mounts?: readonly string[];
  /** A directory of this run alone: what is below it is the same wherever it is. */
  readonly root?: string;
}

/** An entry: a text of JSON among the content, to which the key leads. */
export interface CacheEntry {
  readonly recipe: number;
  readonly key: string;
  /** The run that made it, and when: RFC 3339. */
  readonly run: string;
  readonly at: string;
  readonly outputs: readonly KeptOutput[];
  readonly products: readonly KeptProduct[];
  /** The ends of what it said. */
  readonly stdout?: string;
  readonly stderr?: string;
}

/** `tree`: digest of its lines (`TreeLine`), of which the first is the output itself where it is a file. */
export interface KeptOutput extends ArtifactReference {
  readonly name: string;
  readonly type: "file" | "directory";
  readonly tree: string;
  readonly mode: number;
  readonly size: number;
}

/** A result of the step or of its Task, or a provenance.json. */
export interface KeptProduct {
  readonly of: "step" | "task" | "stepArtifacts" | "taskArtifacts";
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
}

/** Of a directory, or a file alone: in an order in which a directory comes before what is in it. */
export interface TreeLine {
  readonly type: "f" | "l" | "d";
  readonly mode: number;
  /** Of a link: of its target. */
  readonly sha256: string;
  readonly size: number;
  readonly path: string;
}

const LINE = /^([fld]) ([0-7]{1,4}) ([0-9a-f]{64}) (\d{1,15}) (.+)$/s;

export function parseTreeLine(text: string): TreeLine | undefined {
  const match = LINE.exec(text);
  if (match === null) return undefined;
  const [, type, mode = "", sha256 = "", size = "", path = ""] = match;
  return { type: type as TreeLine["type"], mode: Number.parseInt(mode, 8), sha256, size: Number(size), path };
}

export const treeLine = ({ type, mode, sha256, size, path }: TreeLine): string =>
  `${type} ${mode.toString(8)} ${sha256} ${size} ${path}\n`;

/** Of a directory there is nothing to hash. */
export const NO_CONTENT = "0".repeat(64);

/** Below `ac` or `cas`. */
export const storedPath = (sha256: string): string => `${sha256.slice(0, 2)}/${sha256}`;
export const contentDir = (dir: string): string => `${dir}/cas`;
export const contentFile = (dir: string, sha256: string): string => `${dir}/cas/${storedPath(sha256)}`;
export const entryFile = (dir: string, key: string): string => `${dir}/ac/${storedPath(key)}`;
/** Of the store: what secrets are hashed with. It is never shared. */
export const secretFile = (dir: string): string => `${dir}/secret`;

/**
 * What lies at a key: an ActionResult of the remote execution API, whose one output file is the entry. So other stores
 * take it for what it is, and know that the entry belongs to it.
 */
export function actionResult({
  sha256,
  size,
}: {
  readonly sha256: string;
  readonly size: number;
}): Uint8Array {
  const digest = [FIRST, sha256.length, ...codesOf(sha256), SIZE, ...varint(size)];
  const file = [FIRST, ENTRY_NAME.length, ...codesOf(ENTRY_NAME), SECOND, digest.length, ...digest];
  return Uint8Array.from([SECOND, file.length, ...file]);
}

/** The entry's digest; undefined where it is no result of ours. */
export function parseActionResult(bytes: Uint8Array): string | undefined {
  const digest = String.fromCharCode(...bytes.subarray(DIGEST_AT, DIGEST_AT + 64));
  if (!/^[0-9a-f]{64}$/.test(digest)) return undefined;
  const sample = actionResult({ sha256: digest, size: sizeIn(bytes.subarray(DIGEST_AT + 65)) });
  return sample.length === bytes.length && sample.every((byte, at) => byte === bytes[at])
    ? digest
    : undefined;
}

const ENTRY_NAME = "baton.json";
/** Fields of protocol buffers: the first and the second, each text or message; the second, a number. */
const [FIRST, SECOND, SIZE] = [0x0a, 0x12, 0x10];
/** Behind four headers and the name. */
const DIGEST_AT = 8 + ENTRY_NAME.length;

const codesOf = (text: string): readonly number[] => Array.from(text, (letter) => letter.charCodeAt(0));

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

const sizeIn = (bytes: Uint8Array): number =>
  [...bytes.subarray(0, 8)].reduce((sum, byte, at) => sum + (byte % 128) * 128 ** at, 0);

/** Where what an output was is found by its digest alone. */
export const outputKeyText = (digest: DigestSet): string =>
  `baton output ${CACHE_RECIPE}\n${Object.entries(digest)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([algorithm, hex]) => `${algorithm}:${hex}\n`)
    .join("")}`;
