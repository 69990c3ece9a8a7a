// The port for where podman and docker differ.

import type { Plan } from "../../plan/model/plan.ts";
import type { Called, EngineName } from "./call.ts";
import type { Driver } from "./here/driver.ts";

export interface Engine {
  readonly name: EngineName;
  /** The engine on this machine; undefined where it is elsewhere, or does not answer. */
  here(): Promise<Driver | undefined>;
  /** Starts the plan under a name of its own; resolves when all its containers have been started, or on `signal`. */
  start(project: Project, signal: AbortSignal | undefined): Promise<Called>;
  /** The name of a step's, sidecar's or collector's container. */
  container(project: Project, id: string): string;
  /** Everything of the project of this name, now; what is not there is fine. */
  remove(name: string): Promise<void>;
  /** Names of all that this engine holds and that may be a run of baton's. */
  projects(): Promise<readonly string[]>;
}

/** A run as the engine knows it. */
export interface Project {
  readonly name: string;
  readonly plan: Plan;
  readonly entrypointImage: string;
  readonly network?: string;
}
