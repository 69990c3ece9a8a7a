// Steps begin when sidecars are ready: by their readiness or startup probe, as the kubelet asks it; one without is ready as
// soon as it runs, and one that has ended is not waited for, as in Tekton.

import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { isRaw } from "../../documents/raw.ts";
import type { Raw } from "../../documents/spec.ts";
import type { Plan, PlannedSidecar } from "../../plan/model/plan.ts";

/** How the containers of a run are asked. */
export interface Prober {
  /** The exit code of a command in the sidecar; undefined where it took too long. */
  exec(sidecar: PlannedSidecar, argv: readonly string[], milliseconds: number): Promise<number | undefined>;
  /** Where this machine reaches the sidecar's ports. */
  address(sidecar: PlannedSidecar): Promise<string | undefined>;
}

/** Resolves when all are ready, or when `over` says of one that nobody is to wait for it any more. */
export async function untilReady(
  { sidecars }: Plan,
  prober: Prober,
  over: (sidecar: PlannedSidecar) => boolean,
): Promise<void> {
  await Promise.all(sidecars.map((sidecar) => untilOneIs(sidecar, prober, () => over(sidecar))));
}

/** Probes that cannot be made here, before anything runs. */
export const probeProblems = ({ sidecars }: Plan, reachesPorts: boolean): readonly Diagnostic[] =>
  sidecars.flatMap((sidecar) =>
    probesOf(sidecar).flatMap((probe) => {
      const kind = KINDS.find((one) => isRaw(probe[one]));
      if (kind === "exec" || (kind !== undefined && reachesPorts)) return [];
      return {
        code: "probe-out-of-reach" as const,
        message: `${sidecar.id} is ready when its ${kind ?? "probe"} answers, which cannot be asked from here`,
        severity: "error" as const,
        cure: "give it a probe with exec, or another network: --network host",
      };
    }),
  );

const KINDS = ["exec", "httpGet", "tcpSocket"] as const;

/** A startup probe comes first; the other one is asked when it has succeeded. */
const probesOf = ({ container: { startupProbe, readinessProbe } }: PlannedSidecar): readonly Raw[] =>
  [startupProbe, readinessProbe].filter(isRaw);

/** What starting a command beside a container may take by itself, on a machine that has much to do. */
const STARTING_MS = 10_000;

/** However seldom the kubelet would ask, nobody is to wait much longer than it takes. */
const LONGEST_PAUSE_MS = 1_000;

async function untilOneIs(sidecar: PlannedSidecar, prober: Prober, isOver: () => boolean): Promise<void> {
  for (const probe of probesOf(sidecar)) {
    const { initialDelaySeconds = 0, periodSeconds = 10, successThreshold = 1 } = probe as Timing;
    await sleep(initialDelaySeconds * 1000);
    for (let successes = 0; !isOver(); ) {
      successes = (await isAnswered(sidecar, probe, prober)) ? successes + 1 : 0;
      if (successes >= successThreshold) break;
      await sleep(Math.min(LONGEST_PAUSE_MS, periodSeconds * 1000));
    }
  }
}

interface Timing {
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
}

async function isAnswered(sidecar: PlannedSidecar, probe: Raw, prober: Prober): Promise<boolean> {
  const { timeoutSeconds = 1 } = probe as Timing;
  const limit = timeoutSeconds * 1000;
  const { exec, httpGet, tcpSocket } = probe;
  if (isRaw(exec)) {
    const argv = Array.isArray(exec["command"]) ? exec["command"].map(String) : [];
    return (await prober.exec(sidecar, argv, limit + STARTING_MS).catch(() => undefined)) === 0;
  }
  const asked = isRaw(httpGet) ? httpGet : isRaw(tcpSocket) ? tcpSocket : {};
  const host = typeof asked["host"] === "string" ? asked["host"] : await prober.address(sidecar);
  const port = portOf(sidecar, asked["port"]);
  if (host === undefined || port === undefined) return false;
  return isRaw(httpGet) ? isOk(httpGet, host, port, limit) : isOpen(host, port, limit);
}

/** A number, or the name of one of its ports. */
function portOf({ container }: PlannedSidecar, port: unknown): number | undefined {
  if (typeof port === "number") return port;
  const ports = Array.isArray(container["ports"]) ? container["ports"].filter(isRaw) : [];
  const named = ports.find(({ name }) => name === port)?.["containerPort"];
  return typeof named === "number" ? named : Number(port) || undefined;
}

/** As the kubelet has it: whatever certificate, and any code from 200 to 399. */
async function isOk(httpGet: Raw, host: string, port: number, timeout: number): Promise<boolean> {
  const {
    path = "/",
    scheme = "HTTP",
    httpHeaders = [],
  } = httpGet as {
    path?: string;
    scheme?: string;
    httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
  const options = { host, port, path, headers, timeout, agent: false, rejectUnauthorized: false };
  const { request } = await (scheme === "HTTPS" ? import("node:https") : import("node:http"));
  return new Promise((resolve) => {
    const asked = request(options, (answer) => {
      answer.destroy();
      resolve((answer.statusCode ?? 0) >= 200 && (answer.statusCode ?? 0) < 400);
    });
    asked.once("timeout", () => asked.destroy());
    asked.once("error", () => resolve(false));
    asked.once("close", () => resolve(false));
    asked.end();
  });
}

function isOpen(host: string, port: number, timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
  });
}
