// Who shares a network, and what of it stands beside the steps.
import { expect, test } from "vitest";
import { sharedNetwork } from "../../../../../injector/backends/containers/here/network.ts";
import type { Site } from "../../../../../injector/backends/containers/here/spec.ts";
import type { PlannedSidecar } from "../../../../../injector/plan/model/plan.ts";
import { aPlan, aStep } from "../../../_plan.ts";

const sidecar: PlannedSidecar = {
  ...{ id: "sidecar-db", name: "db", task: "build", args: [], env: [], envFrom: [], mounts: [], flags: {} },
  ...{ until: [0], container: { ports: [{ containerPort: 80, hostPort: 8080 }] } },
};
const chain = [aStep(0), aStep(1, { needs: [{ step: 0, on: "succeeded" }] })];
const beside = [aStep(0), aStep(1)];

const shared = (rest: Parameters<typeof aPlan>[0], network?: string) =>
  sharedNetwork({
    name: "run",
    plan: aPlan(rest),
    volumes: new Map(),
    directory: "/run",
    images: new Map(),
    environments: new Map(),
    ...(network === undefined ? {} : { network }),
  } satisfies Site);

test.each([
  ["a step that is alone", { steps: [aStep(0)] }, undefined],
  ["the machine's own", { steps: beside, sidecars: [sidecar] }, "host"],
  ["another container's", { steps: beside }, "container:other"],
  ["steps that take turns in none", { steps: chain }, "none"],
])("nobody holds the network of %s", (_, rest, network) => {
  expect(shared(rest, network)).toEqual(network === undefined ? {} : { network });
});

test.each([
  ["steps that take turns", { steps: chain }, undefined],
  ["steps side by side in none", { steps: beside }, "none"],
  ["a sidecar", { steps: [aStep(0)], sidecars: [sidecar] }, "none"],
])("%s find each other on localhost", (_, rest, network) => {
  const { holder, network: others } = shared(rest, network);
  expect(others).toBe("container:run-network");
  expect(holder).toMatchObject({ name: "run-network", rights: { read_only: true, cap_drop: ["ALL"] } });
  expect(holder?.network).toBe(network);
});

test("who holds the network publishes the ports of sidecars, as far as it has any", () => {
  const ports = (network?: string) => shared({ sidecars: [sidecar] }, network).holder?.ports;
  expect(ports()).toEqual([{ target: 80, published: "8080", protocol: "tcp" }]);
  expect(ports("none")).toEqual([]);
});
