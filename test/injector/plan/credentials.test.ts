// Secrets of a ServiceAccount that is given become flags, mounts and a directory for each step; Tekton's types and order.
import { expect, test } from "vitest";
import { load } from "../../../injector/documents/load.ts";
import { plan } from "../../../injector/plan/index.ts";
import { resolve } from "../../../injector/resolve/resolve.ts";

function planOf(text: string) {
  const [only] = plan(resolve(load([{ path: "r.yaml", text }]), {})).plans;
  if (only === undefined) throw new Error("no plan");
  return only;
}

const secret = (name: string, type: string, annotations = "") => `apiVersion: v1
kind: Secret
metadata: { name: ${name}, annotations: { ${annotations} } }
type: kubernetes.io/${type}
stringData: { password: hush }
---
`;
const RUN = (account: string) => `apiVersion: v1
kind: ServiceAccount
metadata: { name: sa }
secrets: [{ name: b }, { name: a }, { name: c }, { name: plain }, { name: gone }]
---
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: { name: r }
spec:
${account}  taskSpec: { steps: [{ name: one, image: i, command: [x] }, { name: two, image: i, command: [x] }] }
`;
const SECRETS =
  secret(
    "a",
    "basic-auth",
    'tekton.dev/git-1: "https://x", tekton.dev/git-0: "https://y", tekton.dev/docker-0: z',
  ) +
  secret("b", "ssh-auth", "tekton.dev/git-0: host") +
  secret("c", "dockerconfigjson") +
  secret("plain", "opaque") +
  secret("other", "basic-auth", 'tekton.dev/git-0: "https://other"');

test("of the run's own account", () => {
  const { steps, volumes } = planOf(SECRETS + RUN("  serviceAccountName: sa\n"));
  for (const { flags, mounts, index } of steps) {
    expect(flags).toMatchObject({
      "basic-git": ["a=https://y", "a=https://x"],
      "basic-docker": ["a=z"],
      "ssh-git": ["b=host"],
      "docker-config": ["c"],
    });
    const creds = mounts.filter(({ path }) => path.startsWith("/tekton/creds"));
    expect(creds.filter(({ readOnly }) => readOnly).map(({ path }) => path)).toEqual(
      ["a", "b", "c", "plain"].map((name) => `/tekton/creds-secrets/${name}`),
    );
    expect(creds.find(({ path }) => path === "/tekton/creds")).toMatchObject({
      subPath: String(index),
      readOnly: false,
    });
  }
  expect(volumes.filter(({ name }) => name.startsWith("tekton-internal-secret-"))).toHaveLength(4);
});

test("and of no other", () => {
  const { steps } = planOf(SECRETS + RUN("  serviceAccountName: another\n"));
  for (const { flags, mounts } of steps) {
    expect(Object.keys(flags).filter((name) => name.includes("-"))).toEqual([]);
    expect(mounts.filter(({ path }) => path.startsWith("/tekton/creds"))).toEqual([]);
  }
});
