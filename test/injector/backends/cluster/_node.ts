// A node of the API server in this process: what a kubelet would say of a pod's containers, as a test has it.

import type { CollectedEvent, StepStatus } from "../../../../entrypoint/protocol/index.ts";
import type { ApiServer } from "./_api-server.ts";

export class Node_ {
  readonly #api: ApiServer;
  readonly pod: string;
  readonly #states = new Map<string, object>();

  constructor(api: ApiServer, pod: string) {
    this.#api = api;
    this.pod = pod;
  }

  /** All of them run, the collector too. */
  up(...containers: readonly string[]): void {
    for (const name of [...containers, "result"]) this.#states.set(name, { running: {} });
    this.#show("Running");
  }

  state(container: string, state: object): void {
    this.#states.set(container, state);
    this.#show("Pending");
  }

  say(container: string, text: string): void {
    this.#api.say(this.pod, container, text);
  }

  /** What the collector says. */
  tell(event: CollectedEvent): void {
    this.say("result", `${JSON.stringify(event)}\n`);
  }

  started(index: number): void {
    this.tell({ post: post(index), status: status(index, { state: "running" }) });
  }

  ended(index: number, container: string, over: Partial<StepStatus> = {}): void {
    const finishedAt = new Date().toISOString();
    this.tell({
      post: post(index),
      status: status(index, { state: "succeeded", exitCode: 0, finishedAt, ...over }),
    });
    this.exit(container, over.exitCode ?? 0);
  }

  exit(container: string, exitCode: number, reason = exitCode === 0 ? "Completed" : "Error"): void {
    this.#states.set(container, { terminated: { exitCode, reason } });
    this.#api.endLog(this.pod, container);
    this.#show("Running");
  }

  over(phase: string, more: object = {}): void {
    if (phase === "Failed") this.#api.endLogs(this.pod);
    this.#show(phase, more);
  }

  #show(phase: string, more: object = {}): void {
    const containerStatuses = [...this.#states].map(([name, state]) => ({
      name,
      image: "busybox",
      imageID: `docker.io/library/busybox@sha256:${"a".repeat(64)}`,
      state,
    }));
    this.#api.change(this.pod, (pod) => {
      pod.status = { ...pod.status, phase, containerStatuses, ...more };
    });
  }
}

const post = (index: number): string => `/tekton/run/${index}/out`;

const status = (index: number, over: Partial<StepStatus>): StepStatus => ({
  protocol: 1,
  step: `step-${index}`,
  state: "running",
  by: "command",
  attempt: 1,
  waitingSince: new Date().toISOString(),
  startedAt: new Date().toISOString(),
  ...over,
});
