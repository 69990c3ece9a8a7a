// etcd, the API server and the controllers, without what pods of one node do not need: no scheduler, no authorization.

import { spawnSync } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { type Daemon, startDaemon } from "./_daemon.ts";

export interface Server {
  readonly kubeconfig: string;
  kubectl(
    words: readonly string[],
    input?: string,
  ): { readonly code: number; readonly stdout: string; readonly stderr: string };
  /** Ends the API server, and starts it again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A program of Kubernetes or containerd, from the folder that the variable names. */
export const program = (name: string): string => resolve(process.env["KUBERNETES"] ?? "", name);

/** How the API server decides who may do what. */
export type Authorization = "AlwaysAllow" | "RBAC";

export async function startServer(folder: string, authorization: Authorization): Promise<Server> {
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()];
  const etcd = startDaemon(etcdWords(folder, client, peer), join(folder, "etcd.log"));
  const token = randomBytes(16).toString("hex");
  const kubeconfig = join(folder, "kubeconfig");
  writeFileSync(kubeconfig, kubeconfigOf(port, token));
  const words = [...serverWords(folder, client, port, token), `--authorization-mode=${authorization}`];
  const start = () => startDaemon(words, join(folder, "kube-apiserver.log"));
  let server = start();
  const kubectl: Server["kubectl"] = (words, input) => {
    const all = ["--kubeconfig", kubeconfig, "--cache-dir", join(folder, "cache"), ...words];
    const { status, stdout, stderr } = spawnSync(program("kubectl"), all, {
      encoding: "utf8",
      input: input ?? "",
    });
    return { code: status ?? 128, stdout, stderr };
  };
  const stop = async () => {
    await server.stop();
    await etcd.stop();
  };
  const isReady = () => kubectl(["get", "--raw", "/readyz"]).code === 0;
  await ready(server, isReady, stop);
  const restart = async () => {
    await server.stop();
    server = start();
    await server.until("the API server answers again", isReady);
  };
  return { kubeconfig, kubectl, restart, stop };
}

/** What makes Jobs' pods, and the ServiceAccount of a namespace with what its tokens are mounted with. */
export function startControllers(folder: string, kubeconfig: string): Daemon {
  const controllers = ["job", "serviceaccount", "root-ca-certificate-publisher"].map(
    (name) => `${name}-controller`,
  );
  const words = [
    ...["--kubeconfig", kubeconfig, "--controllers", controllers.join(), "--leader-elect=false"],
    ...["--secure-port=0", "--root-ca-file", join(folder, "certificates/apiserver.crt")],
  ];
  return startDaemon([program("kube-controller-manager"), ...words], join(folder, "controllers.log"));
}

/** What finds a node for each pod. */
export const startScheduler = (folder: string, kubeconfig: string): Daemon =>
  startDaemon(
    [program("kube-scheduler"), "--kubeconfig", kubeconfig, "--leader-elect=false", "--secure-port=0"],
    join(folder, "scheduler.log"),
  );

const etcdWords = (folder: string, client: number, peer: number): string[] => [
  "etcd",
  ...["--data-dir", join(folder, "etcd")],
  ...[
    "--listen-client-urls",
    `http://127.0.0.1:${client}`,
    "--advertise-client-urls",
    `http://127.0.0.1:${client}`,
  ],
  ...[
    "--listen-peer-urls",
    `http://127.0.0.1:${peer}`,
    "--initial-advertise-peer-urls",
    `http://127.0.0.1:${peer}`,
  ],
  ...["--initial-cluster", `default=http://127.0.0.1:${peer}`],
];

function serverWords(folder: string, etcd: number, port: number, token: string): string[] {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = join(folder, "service-account.key");
  writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  writeFileSync(join(folder, "tokens"), `${token},admin,admin,system:masters\n`, { mode: 0o600 });
  return [
    program("kube-apiserver"),
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    ...["--bind-address=127.0.0.1", `--secure-port=${port}`, `--cert-dir=${join(folder, "certificates")}`],
    ...["--service-cluster-ip-range=10.96.0.0/24", `--token-auth-file=${join(folder, "tokens")}`],
    "--kubelet-preferred-address-types=Hostname",
    ...["--service-account-issuer=https://kubernetes.default.svc", `--service-account-key-file=${key}`],
    `--service-account-signing-key-file=${key}`,
  ];
}

const kubeconfigOf = (port: number, token: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "test", cluster: { server: `https://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } },
    ],
    users: [{ name: "admin", user: { token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
  });

async function ready(server: Daemon, answers: () => boolean, stop: () => Promise<void>): Promise<void> {
  try {
    await server.until("the API server answers", answers);
  } catch (error) {
    await stop();
    throw error;
  }
}

export const freePort = (): Promise<number> =>
  new Promise((settle, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => settle(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
