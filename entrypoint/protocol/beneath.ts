// How both programs reach what a step can shape: below a directory that is trusted, through no link, at once, and never
// without a limit. The rules are here; each host has its own way to keep them (README.md, "What a step can shape").

/** `path` below the directory `root`. Links are followed on the way to the root, and nowhere below it. */
export interface Beneath {
  readonly root: string;
  readonly path: string;
}

/** The last `names` names of a path are a step's to shape: `beneath("/tekton/run/0/status/exitCode", 2)`. */
export function beneath(path: string, names = 1): Beneath {
  let cut = path.length;
  for (let left = names; left > 0 && cut > 0; left--) cut = path.lastIndexOf("/", cut - 1);
  if (cut < 0) return { root: ".", path };
  return { root: path.slice(0, cut) || "/", path: path.slice(cut + 1) };
}

/** `rest` in the metadata directory of a step: all of it is the step's own. */
export const inStep = (metadata: string, rest: string): Beneath =>
  beneath(`${metadata}/${rest}`, 1 + rest.split("/").length);

/** In a directory that is a mount, or otherwise nobody's to replace. */
export const inDirectory = (root: string, path: string): Beneath => ({ root, path });

/** All of it: of a path in a volume nobody knows which names others have made. */
export const beneathTop = (path: string): Beneath =>
  path.startsWith("/") ? { root: "/", path: path.replace(/^\/+/, "") } : { root: ".", path };

export const pathOf = ({ root, path }: Beneath): string => (root === "/" ? `/${path}` : `${root}/${path}`);

/** Bytes. What is larger is an error that names the file, never a part of it. */
export const LIMITS = {
  /** status.json, provenance.json, a Secret's key. */
  record: 1 << 20,
  /** exitCode, a breakpoint's release. */
  word: 64,
  /** A value that becomes a word of a command: Linux takes no longer one. */
  value: 128 * 1024,
  script: 1 << 24,
  /** The list of a directory's files and digests, a file of a git repository. */
  list: 1 << 25,
  /** A result that is handed on whole, or referred to by its digest. */
  result: 1 << 30,
  /** How much of a result of another step is hashed to see whether this one has changed it. */
  fingerprint: 1 << 26,
  /** A result that `collect` prints. */
  collected: 1 << 26,
} as const;

/** Names in one directory. */
export const NAMES_LIMIT = 1 << 20;

/** What an error says of a place that is not as it should be, as names of errno. */
export const FAULTS = {
  /** It is a link, or below one. */
  link: "ELOOP",
  /** It is a pipe, a socket or a device. */
  notAFile: "EFTYPE",
  directory: "EISDIR",
  tooLarge: "EFBIG",
  /** The path leads out of its root. */
  outside: "EXDEV",
} as const;

/** The sentence for each, once: `link` and `target` where they are known. */
export const faultWords = {
  link: (path: string, link: string, target: string): string =>
    `${path}: ${link} is a link to ${target}: what a step leaves is not reached through links`,
  notAFile: (path: string): string => `${path}: is a pipe, a socket or a device, not a file`,
  tooLarge: (path: string, limit: number): string => `${path}: has more than ${limit} bytes`,
} as const;
