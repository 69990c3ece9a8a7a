// What the player of a Pod can do. A cluster can do all of it; podman 4's `kube play` reads the same manifests
// but ignores the subPath of an emptyDir, restartable init containers, the downward API, termination messages and `$(VAR)`.

export interface Profile {
  /** Whether `subPath` works on every volume; else each directory becomes a volume of its own. */
  readonly subPaths: boolean;
  /** Init containers with `restartPolicy: Always`; else sidecars are containers like the steps. */
  readonly nativeSidecars: boolean;
  readonly downwardApi: boolean;
  /** Whether folders of the user's machine can be mounted. */
  readonly folders: boolean;
  /** Whether new volumes belong to root alone, so that only root can make the layout. */
  readonly rootVolumes: boolean;
  /** Whether somebody reads termination messages; else a container of the pod collects the run. */
  readonly messages: boolean;
  /** Whether `$(VAR)` in command, args and env is expanded by whoever starts the container. */
  readonly expands: boolean;
}

export const KUBERNETES: Profile = {
  subPaths: true,
  nativeSidecars: true,
  downwardApi: true,
  folders: false,
  rootVolumes: false,
  messages: true,
  expands: true,
};

export const PODMAN: Profile = {
  subPaths: false,
  nativeSidecars: false,
  downwardApi: false,
  folders: true,
  rootVolumes: true,
  messages: false,
  expands: false,
};
