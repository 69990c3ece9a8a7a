// A run that an engine of this machine cannot have as one plan is refused before the engine is asked for anything.
import { expect, test } from "vitest";
import { load, resolve, runInContainers } from "../../../injector/index.ts";

const task = (name: string) => ({
  name,
  taskSpec: {
    sidecars: [{ name: "server", image: "busybox", ports: [{ containerPort: 8080 }] }],
    steps: [{ name: "ask", image: "busybox", command: ["true"] }],
  },
});
const ports = {
  apiVersion: "tekton.dev/v1",
  kind: "Pipeline",
  metadata: { name: "ports" },
  spec: { tasks: [task("first"), task("second")] },
};

test("the reason of a cut is told", async () => {
  const run = resolve(load([{ path: "ports.yaml", text: JSON.stringify(ports) }]));
  await expect(runInContainers(run, { engine: "podman" }).next()).rejects.toThrow(
    "ports cannot be one pod: second is not in the pod of first: sidecars of both listen on port 8080",
  );
});
