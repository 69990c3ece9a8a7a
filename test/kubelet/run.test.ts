// `baton run --on kubernetes` on Kubernetes itself, as an account that has the Role of docs/kubernetes.md and nothing else.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import type { RunRecord } from "../../injector/record/record.ts";
import { yamlOf } from "../docs/_page.ts";
import { type Folder, folder } from "../e2e/_baton.ts";
import { IMAGES } from "../e2e/_engines.ts";
import { type Cluster, startCluster } from "./_cluster.ts";
import { waitUntil } from "./_daemon.ts";

let cluster: Cluster;
let kubeconfig: string;
beforeAll(async () => {
  cluster = await startCluster({ authorization: "RBAC", scheduler: true });
  kubeconfig = await account();
});
afterAll(() => cluster?.stop());

/** The kubeconfig of the account `runner`. */
async function account(): Promise<string> {
  const ok = (words: readonly string[], input?: string) => {
    const { code, stdout, stderr } = cluster.kubectl(words, input);
    if (code !== 0) throw new Error(stderr);
    return stdout.trim();
  };
  await waitUntil(
    "there is an account for pods",
    () => cluster.kubectl(["get", "serviceaccount", "default"]).code === 0,
  );
  ok(["create", "-f", "-"], yamlOf("kubernetes.md"));
  ok(["create", "serviceaccount", "runner"]);
  ok(["create", "rolebinding", "runner", "--role=baton-run", "--serviceaccount=default:runner"]);
  const config = parse(ok(["config", "view", "--raw", "-ojson"]));
  const token = ok(["create", "token", "runner"]);
  return JSON.stringify({ ...config, users: [{ name: config.users[0].name, user: { token } }] });
}

/** A folder with the file and the account. */
function place(yaml: string): Folder {
  const made = folder({ "run.yaml": yaml });
  writeFileSync(join(made.path, "kubeconfig"), kubeconfig);
  return made;
}

const WORDS = ["run", "run.yaml", "--on", "kubernetes", "--entrypoint-image", IMAGES.entrypoint];
const start = (made: Folder, ...words: readonly string[]) =>
  made.start([...WORDS, ...words], { environment: { KUBECONFIG: join(made.path, "kubeconfig") } });

const left = (): string =>
  cluster.kubectl(["get", "pods,configmaps,secrets", "-lbaton.run/driven", "-oname"]).stdout;
const nothingIsLeft = () => waitUntil("nothing is left", () => left() === "");

const task = (steps: string, more = "") => `
apiVersion: tekton.dev/v1
kind: Task
metadata: { name: demo }
spec:
${more}  steps:
${steps}`;

test.each([
  ["as it finds out by itself", []],
  ["with an init container", ["--inject", "init"]],
])("a run %s: its data, its lines in order, results of any size, its images", async (_how, words) => {
  const secret = `apiVersion: v1
kind: Secret
metadata: { name: access }
stringData: { TOKEN: hidden }
---`;
  const steps = `    - name: make
      image: ${IMAGES.busybox}
      env: [{ name: TOKEN, valueFrom: { secretKeyRef: { name: access, key: TOKEN } } }]
      script: |
        #!/bin/sh
        printf %020000d 7 > $(results.large.path)
        for i in $(seq 1 500); do echo line $i; done
        [ "$TOKEN" = hidden ]
    - { name: last, image: "${IMAGES.busybox}", securityContext: { runAsUser: 1234 }, command: [echo, last] }
`;
  const made = place(`${secret}${task(steps, "  results: [{ name: large }]\n")}`);
  const { stdout, stderr, code } = await start(made, "--target", "demo", "-o", "events", ...words).ended;
  expect(code, stderr + stdout.slice(-2000)).toBe(0);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const lines = events.flatMap(({ type, line }) => (type === "log" ? [line] : []));
  expect(lines).toEqual([...Array.from({ length: 500 }, (_, at) => `line ${at + 1}`), "last"]);
  const { record } = events.at(-1) as { readonly record: RunRecord };
  expect(record.tasks[0]?.results[0]?.value).toHaveLength(20_000);
  expect(record.images[0]?.digest?.["sha256"]).toMatch(/^[0-9a-f]{64}$/);
  await nothingIsLeft();
});

test("what happens to the run from outside is an ending with its reason", async () => {
  const made = place(
    task(`    - name: waits
      image: ${IMAGES.busybox}
      script: |
        #!/bin/sh
        trap 'echo asked; exit 3' TERM
        echo up
        while :; do sleep 0.1; done
    - { name: never, image: "${IMAGES.busybox}", command: [echo, never] }
`),
  );
  const cancelled = start(made);
  await cancelled.until("up");
  cancelled.child.kill("SIGINT");
  const { code, stdout } = await cancelled.ended;
  expect({ code, asked: stdout.includes("asked") }).toEqual({ code: 130, asked: true });
  await nothingIsLeft();

  const deleted = start(made, "-o", "json");
  const pod = () => left().split("\n")[0] ?? "";
  await waitUntil(
    "it is up",
    () => pod() !== "" && cluster.kubectl(["logs", pod(), "-c", "step-waits"]).stdout !== "",
  );
  cluster.kubectl(["delete", pod(), "--grace-period=0", "--force"]);
  const record: RunRecord = JSON.parse((await deleted.ended).stdout);
  expect(record.state).not.toBe("succeeded");
  expect(record.message).toContain("was deleted");
  await nothingIsLeft();
});

test("an API server that is restarted meanwhile costs the run nothing but a note", async () => {
  const made = place(
    task(`    - name: counts
      image: ${IMAGES.busybox}
      script: |
        #!/bin/sh
        for i in $(seq 1 300); do echo $i; sleep 0.1; done
`),
  );
  const running = start(made, "-o", "events");
  await running.until('"line":"5"');
  await cluster.restart();
  const { stdout, code } = await running.ended;
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const lines = events.flatMap(({ type, line }) => (type === "log" ? [line] : []));
  expect(lines).toEqual(Array.from({ length: 300 }, (_, at) => String(at + 1)));
  expect(code).toBe(0);
  await nothingIsLeft();
});

test("an image that is nowhere is an ending that names it", async () => {
  const made = place(
    task(`    - { name: a, image: "${IMAGES.busybox}", command: [echo, a] }
    - { name: b, image: "localhost/nowhere:1", imagePullPolicy: Never, command: [echo, b] }
`),
  );
  const { code, stdout, stderr } = await start(made, "-o", "json").ended;
  expect(code, stderr).not.toBe(0);
  expect((JSON.parse(stdout) as RunRecord).message).toMatch(
    /step-b could not start: its image localhost\/nowhere:1/,
  );
  await nothingIsLeft();
});
