// Sidecars are ready when their probes say so, and nobody waits for one that has ended.
import { createServer as httpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type Prober, probeProblems, untilReady } from "../../../../injector/backends/host/ready.ts";
import type { PlannedSidecar } from "../../../../injector/plan/model/plan.ts";
import { aPlan } from "../../_plan.ts";

const sidecar = (container: PlannedSidecar["container"]): PlannedSidecar => ({
  ...{ id: "sidecar-db", name: "db", task: "build", args: [], env: [], envFrom: [], mounts: [], flags: {} },
  ...{ until: [0], container },
});
const planOf = (container: PlannedSidecar["container"]) => aPlan({ sidecars: [sidecar(container)] });

/** Answers to `exec`, in their order; then 0. */
function prober(...codes: readonly (number | undefined)[]): Prober & { readonly asked: string[][] } {
  const asked: string[][] = [];
  return {
    asked,
    exec: async (_, argv) => {
      asked.push([...argv]);
      return asked.length > codes.length ? 0 : codes[asked.length - 1];
    },
    address: async () => "127.0.0.1",
  };
}

const FAST = { periodSeconds: 0.001 };
const never = () => false;

test("one without a probe is ready", async () => {
  const asked = prober();
  await untilReady(planOf({}), asked, never);
  expect(asked.asked).toEqual([]);
});

test("a command is asked until it succeeds, as often in a row as is wanted", async () => {
  const asked = prober(1, undefined, 0, 1);
  const readinessProbe = { exec: { command: ["test", "-e", "/ready"] }, successThreshold: 2, ...FAST };
  await untilReady(planOf({ readinessProbe }), asked, never);
  expect(asked.asked).toEqual(Array.from({ length: 6 }, () => ["test", "-e", "/ready"]));
});

test("a startup probe comes first", async () => {
  const asked = prober(1);
  const startupProbe = { exec: { command: ["up"] }, ...FAST };
  await untilReady(planOf({ startupProbe, readinessProbe: { exec: { command: ["ready"] } } }), asked, never);
  expect(asked.asked.flat()).toEqual(["up", "up", "ready"]);
});

test("one that has ended is not waited for", async () => {
  const asked = prober(1, 1, 1, 1, 1, 1, 1, 1);
  const readinessProbe = { exec: { command: ["ready"] }, ...FAST };
  await untilReady(planOf({ readinessProbe }), asked, () => asked.asked.length === 3);
  expect(asked.asked).toHaveLength(3);
});

async function listening(server: Server): Promise<number> {
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("a port is asked by its number or name", async () => {
  let connections = 0;
  const port = await listening(
    createServer((socket) => socket.destroy()).on("connection", () => connections++),
  );
  for (const name of [port, "db"]) {
    const ports = [{ name: "db", containerPort: port }];
    await untilReady(
      planOf({ ports, readinessProbe: { tcpSocket: { port: name }, ...FAST } }),
      prober(),
      never,
    );
  }
  expect(connections).toBe(2);
});

test("HTTP is asked until it says well", async () => {
  const asked: (string | undefined)[] = [];
  const server = httpServer((request, answer) => {
    asked.push(`${request.url} ${request.headers["x-me"]}`);
    answer.writeHead(asked.length < 3 ? 503 : 204).end();
  });
  const httpGet = {
    port: await listening(server),
    path: "/healthz",
    httpHeaders: [{ name: "x-me", value: "1" }],
  };
  await untilReady(planOf({ readinessProbe: { httpGet, ...FAST } }), prober(), never);
  expect(asked).toEqual(Array.from({ length: 3 }, () => "/healthz 1"));
});

test.each([
  ["exec", { exec: { command: ["x"] } }, false, []],
  ["httpGet", { httpGet: { port: 1 } }, true, []],
  ["httpGet", { httpGet: { port: 1 } }, false, ["probe-out-of-reach"]],
  ["tcpSocket", { tcpSocket: { port: 1 } }, false, ["probe-out-of-reach"]],
  ["grpc", { grpc: { port: 1 } }, true, ["probe-out-of-reach"]],
] as const)("whether %s can be asked is known before", (_, readinessProbe, reachesPorts, codes) => {
  expect(probeProblems(planOf({ readinessProbe }), reachesPorts).map(({ code }) => code)).toEqual(codes);
});
