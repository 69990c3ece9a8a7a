// A run in a cluster, by an API server in this process whose node is a script: whatever becomes of the connection, the pod or the
// account, the run has one ending with its reason, and nothing is left.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ClusterOptions, clusterRunner } from "../../../../injector/backends/cluster.ts";
import { UserError } from "../../../../injector/diagnostics/diagnostic.ts";
import type { Plan } from "../../../../injector/plan/model/plan.ts";
import { eachLine } from "../../../../injector/record/each-line.ts";
import type { RunEvent, RunRecord } from "../../../../injector/record/record.ts";
import { chain } from "../_plans.ts";
import { ApiServer } from "./_api-server.ts";
import { Node_ } from "./_node.ts";

let api: ApiServer;
let folder: string;
/** Of the pod that was made last. */
let node: Node_;
beforeEach(async () => {
  api = new ApiServer();
  await api.start();
  folder = mkdtempSync(join(tmpdir(), "cluster-"));
  writeFileSync(join(folder, "config"), api.kubeconfig);
  vi.stubEnv("KUBECONFIG", join(folder, "config"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await api.stop();
  rmSync(folder, { recursive: true });
});

const TWO = chain("two", [{ name: "a", results: ["r"] }, { name: "b" }]);

interface Ran {
  readonly events: readonly RunEvent[];
  readonly record: RunRecord;
  readonly lines: readonly string[];
}

interface Given {
  readonly plan?: Plan;
  readonly options?: Partial<ClusterOptions>;
  readonly signal?: AbortSignal;
  readonly kill?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

async function run(
  become: (node: Node_) => void,
  { plan = TWO, options, onEvent, ...asked }: Given = {},
): Promise<Ran> {
  api.onPod = (pod) => {
    node = new Node_(api, pod.metadata.name);
    become(node);
  };
  const events: RunEvent[] = [];
  const { run: runPlan } = clusterRunner({ entrypointImage: "entrypoint:1", ...options });
  for await (const event of eachLine(runPlan(plan, asked))) {
    events.push(event);
    onEvent?.(event);
  }
  const last = events.at(-1);
  if (last?.type !== "runFinished") throw new Error("a stream without an end");
  const lines = events.flatMap((event) => (event.type === "log" ? [event.line] : []));
  return { events, record: last.record, lines };
}

function goodRun(node: Node_): void {
  node.up("step-a", "step-b");
  node.started(0);
  node.say("step-a", "one\ntwo\n");
  node.tell({ task: "two", results: { r: "x".repeat(100_000) } });
  node.ended(0, "step-a");
  node.started(1);
  node.say("step-b", "three\n");
  node.ended(1, "step-b");
  node.exit("result", 0);
  node.over("Succeeded");
}

test("a run has the events of every backend, results of any size, and leaves nothing", async () => {
  const secret = { kind: "Secret" as const, name: "s", data: { token: "eA==" } };
  const { events, record } = await run(goodRun, { plan: { ...TWO, data: [secret] } });
  const told = events.map((event) => ("step" in event ? `${event.type} ${event.step}` : event.type));
  expect(told).toEqual([
    ...["runStarted", "stepStarted step-a", "log step-a", "log step-a", "stepFinished step-a"],
    ...["stepStarted step-b", "log step-b", "stepFinished step-b", "taskFinished", "runFinished"],
  ]);
  expect(record).toMatchObject({ backend: "kubernetes", state: "succeeded", exitCode: 0 });
  expect(record.tasks[0]?.results).toEqual([{ name: "r", value: "x".repeat(100_000) }]);
  expect(record.images[0]?.digest).toEqual({ sha256: "a".repeat(64) });
  expect(api.left).toEqual([]);
  expect(api.calls.filter((call) => call.startsWith("POST")).length).toBe(2);
});

test("connections that break off lose no line and tell none twice", async () => {
  const { lines, record } = await run(
    (node) => {
      node.up("step-a", "step-b");
      node.started(0);
      node.say("step-a", "1\n2\n");
    },
    {
      onEvent: (event) => {
        if (event.type !== "log") return;
        if (event.line === "2") {
          api.drop();
          node.say("step-a", "3\n");
          node.say("step-a", "4\n");
        }
        if (event.line === "4") {
          api.forget();
          api.drop();
          node.up("step-a", "step-b");
          node.ended(0, "step-a");
          node.ended(1, "step-b");
          node.exit("result", 0);
        }
      },
    },
  );
  expect(lines).toEqual(["1", "2", "3", "4"]);
  expect(record.state).toBe("succeeded");
});

test("an API server that is restarted is waited for, and the run says so", async () => {
  let restarted: Promise<void> | undefined;
  const { record, events } = await run(
    (node) => {
      node.up("step-a", "step-b");
      node.started(0);
    },
    {
      onEvent: (event) => {
        if (event.type === "stepStarted" && event.step === "step-a") void api.stop();
        if (event.type !== "notice" || restarted !== undefined) return;
        restarted = api.start().then(() => goodRun(node));
      },
    },
  );
  await restarted;
  expect(record.state).toBe("succeeded");
  expect(events).toContainEqual(
    expect.objectContaining({ message: expect.stringContaining("waiting for it") }),
  );
});

test("an API server that does not come back is an ending, not a success", async () => {
  const gone = run(
    (node) => {
      node.up("step-a", "step-b");
      node.started(0);
    },
    {
      options: { patience: 300 },
      onEvent: (event) => {
        if (event.type === "stepStarted") void api.stop();
      },
    },
  );
  const { record, events } = await gone;
  await api.start();
  expect(record).toMatchObject({ state: "failed", exitCode: 1 });
  expect(record.message).toMatch(/step-a was lost: the API server tells nothing more/);
  expect(JSON.stringify(events)).toContain("could not be deleted");
});

const POD = "the pod's own end";
const MIDWAY: readonly (readonly [string, (node: Node_) => void, RegExp])[] = [
  ["deleted", (node) => api.delete(`pods/${node.pod}`), /step-a was lost: the pod was deleted/],
  [
    "evicted",
    (node) => node.over("Failed", { reason: "Evicted", message: "The node was low on resource: memory." }),
    /step-a was lost: the pod was evicted: The node was low on resource: memory/,
  ],
  [
    "past its deadline",
    (node) => node.over("Failed", { reason: "DeadlineExceeded", message: "" }),
    /step-a was lost: the pod has reached its deadline/,
  ],
  [
    "drained",
    (node) => {
      const conditions = [
        {
          type: "DisruptionTarget",
          status: "True",
          reason: "EvictionByEvictionAPI",
          message: "Eviction API: evicting",
        },
      ];
      node.over("Running", { conditions });
      api.delete(`pods/${node.pod}`);
    },
    /the pod was deleted: EvictionByEvictionAPI: Eviction API: evicting/,
  ],
  [
    "without its collector",
    (node) => {
      node.exit("step-a", 0);
      node.exit("step-b", 0);
      node.exit("result", 137, "OOMKilled");
      node.over("Failed");
    },
    /step-a was lost/,
  ],
];

test.each(MIDWAY)(
  `a pod that is %s is an ending with its reason (${POD})`,
  async (_what, become, message) => {
    const { record } = await run(
      (node) => {
        node.up("step-a", "step-b");
        node.started(0);
      },
      {
        onEvent: (event) => {
          if (event.type === "stepStarted") become(node);
        },
      },
    );
    expect(record.state).toBe("failed");
    expect(record.exitCode).not.toBe(0);
    expect(record.message).toMatch(message);
    expect(api.left).toEqual([]);
  },
);

test("a step whose pod somebody else has ended says so, and one that our user has ended does not", async () => {
  const message = "cancelled by SIGTERM";
  const cancelled = (node: Node_) => {
    node.ended(0, "step-a", { state: "cancelled", by: "entrypoint", message, exitCode: 143 });
    node.ended(1, "step-b", { state: "cancelled", by: "entrypoint", message, exitCode: 143 });
    node.exit("result", 0);
    node.over("Failed");
  };
  const begin = (node: Node_) => {
    node.up("step-a", "step-b");
    node.started(0);
  };
  const byOthers = await run(begin, { onEvent: (event) => event.type === "stepStarted" && cancelled(node) });
  expect(byOthers.record.state).not.toBe("succeeded");
  expect(byOthers.record.steps[0]?.message).toBe(`${message}: the pod was deleted or its node drained`);
  const asked = new AbortController();
  const byUs = await run(begin, {
    signal: asked.signal,
    onEvent: (event) => {
      if (event.type !== "stepStarted") return;
      asked.abort("SIGTERM");
      cancelled(node);
    },
  });
  expect(byUs.record.steps[0]?.message).toBe(message);
});

test("an image that cannot be pulled is an ending that names it", async () => {
  const waiting = { reason: "ImagePullBackOff", message: 'Back-off pulling image "nowhere/x"' };
  const { record } = await run((node) => node.state("step-b", { waiting }));
  expect(record).toMatchObject({ state: "failed", exitCode: 125 });
  expect(record.message).toMatch(/^step-b could not start: its image busybox cannot be pulled: Back-off/);
  expect(record.steps[0]).toMatchObject({
    state: "skipped",
    cause: { step: "step-b", state: "setupFailed" },
  });
  expect(api.left).toEqual([]);
});

test("a token that is not taken any more is an ending", async () => {
  let isExpired = false;
  api.refuse = () => (isExpired ? { code: 401, reason: "Unauthorized", message: "Unauthorized" } : undefined);
  const { record } = await run(
    (node) => {
      node.up("step-a", "step-b");
      node.started(0);
    },
    {
      onEvent: (event) => {
        if (event.type !== "stepStarted") return;
        isExpired = true;
        api.drop();
      },
    },
  );
  expect(record.state).toBe("failed");
  expect(record.message).toMatch(/Unauthorized/);
});

test.each([
  ["a quota", 403, 'pods "two" is forbidden: exceeded quota: small, requested: pods=1', "quota"],
  ["Pod Security", 403, 'pods "two" is forbidden: violates PodSecurity "restricted:latest"', "--restricted"],
  ["an admission webhook", 400, 'admission webhook "x" denied the request: no', "rules"],
  [
    "an account without rights",
    403,
    'pods is forbidden: User "me" cannot create resource',
    "docs/kubernetes.md",
  ],
  ["a server that is broken", 500, "etcdserver: request timed out", "kubectl"],
])("%s refuses in words, and leaves nothing", async (_who, code, message, cure) => {
  api.refuse = (method, path) =>
    method === "POST" && path.endsWith("/pods") ? { code, reason: "Forbidden", message } : undefined;
  const secret = { kind: "Secret" as const, name: "s", data: {} };
  const refused = await run(() => {}, { plan: { ...TWO, data: [secret] } }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UserError);
  const [diagnostic] = (refused as UserError).diagnostics;
  expect(diagnostic).toMatchObject({ code: "cluster-refused", cure: expect.stringContaining(cure) });
  expect(diagnostic?.message).toContain(message);
  expect(api.left).toEqual([]);
});

test("a cluster that is not there, and a context that is not, are mistakes", async () => {
  const failed = async (options: Partial<ClusterOptions>) =>
    ((await run(() => {}, { options }).catch((error: unknown) => error)) as UserError).diagnostics[0]?.code;
  expect(await failed({ context: "other" })).toBe("no-cluster");
  await api.stop();
  expect(await failed({})).toBe("cluster-unreachable");
  await api.start();
});

test("Ctrl-C asks the steps, whose words and endings are told", async () => {
  const ask = new AbortController();
  const { record, lines } = await run(
    (node) => {
      node.up("step-a", "step-b");
      node.started(0);
    },
    {
      signal: ask.signal,
      onEvent: (event) => {
        if (event.type !== "stepStarted") return;
        const name = node.pod;
        const change = api.change.bind(api);
        api.refuse = (method) => {
          if (method === "PATCH")
            setImmediate(() => {
              expect(api.pod(name)?.metadata.annotations).toMatchObject({ "baton.run/cancel": "yes" });
              change(name, () => undefined);
              node.say("step-a", "bye\n");
              node.ended(0, "step-a", {
                state: "cancelled",
                by: "entrypoint",
                reason: "Cancelled",
                exitCode: 143,
              });
              node.ended(1, "step-b", {
                state: "cancelled",
                by: "entrypoint",
                reason: "Cancelled",
                exitCode: 143,
              });
              node.exit("result", 1);
            });
          return undefined;
        };
        ask.abort("SIGINT");
      },
    },
  );
  expect(lines).toEqual(["bye"]);
  expect(record).toMatchObject({ state: "cancelled", exitCode: 130, message: "cancelled by SIGINT" });
  expect(api.left).toEqual([]);
});

test("Ctrl-C ends a pod that nobody has taken yet, and twice kills one that runs", async () => {
  const ask = new AbortController();
  const waiting = await run(
    (node) => {
      const conditions = [{ type: "PodScheduled", status: "False", message: "0/1 nodes are available" }];
      node.over("Pending", { conditions });
    },
    {
      signal: ask.signal,
      onEvent: (event) => {
        if (event.type === "notice") ask.abort("SIGINT");
      },
    },
  );
  expect(waiting.record).toMatchObject({ state: "cancelled", exitCode: 130 });
  expect(JSON.stringify(waiting.events)).toContain("no node takes the pod yet: 0/1 nodes are available");
  const [signal, kill] = [new AbortController(), new AbortController()];
  const killed = await run(
    (node) => {
      node.up("step-a", "step-b");
      node.started(0);
    },
    {
      signal: signal.signal,
      kill: kill.signal,
      onEvent: (event) => {
        if (event.type !== "stepStarted") return;
        signal.abort("SIGINT");
        kill.abort();
      },
    },
  );
  expect(killed.record).toMatchObject({ state: "cancelled", exitCode: 130 });
  expect(killed.record.steps.map(({ state }) => state)).toEqual(["lost", "cancelled"]);
  expect(api.left).toEqual([]);
});

test("a cluster before 1.35 gets an init container", async () => {
  let spec: { readonly initContainers?: readonly unknown[] } = {};
  const look = (one: Node_) => {
    spec = api.pod(one.pod)?.["spec"] as typeof spec;
    goodRun(one);
  };
  await run(look);
  expect(spec.initContainers).toBeUndefined();
  api.version = "34+";
  await run(look);
  expect(spec.initContainers).toHaveLength(1);
});
