// What has to exist before the first step: ours. A pod's one init container makes it (`entrypoint layout`, JSON
// in the environment variable BATON_LAYOUT), the local backend makes the same thing itself; where a kubelet makes all directories,
// each container makes the rest, which it alone sees (`-layout`).

export const LAYOUT_VARIABLE = "BATON_LAYOUT";

/** All paths are absolute, as the one who makes the layout sees them. Making it twice changes nothing. */
export interface Layout {
  readonly protocol: number;
  /** Where to copy the running binary to (mode 0555), whole or not at all. */
  readonly binary?: string;
  readonly directories: readonly LayoutDirectory[];
  readonly files: readonly LayoutFile[];
  readonly links: readonly LayoutLink[];
}

export interface LayoutDirectory {
  readonly path: string;
  /** Permission bits, applied whatever the umask says, to a directory that is made. */
  readonly mode: number;
  /**
   * The run's own even where it exists already (the root of a volume, perhaps left over from another run): it gets the
   * mode too, and loses everything that is no directory of this layout.
   */
  readonly own?: boolean;
}

export interface LayoutFile {
  readonly path: string;
  readonly mode: number;
  /** The content; base64, so that nothing on the way (Kubernetes' `$(VAR)`, compose's `$`) rewrites it. */
  readonly base64: string;
}

export interface LayoutLink {
  readonly path: string;
  readonly target: string;
}
