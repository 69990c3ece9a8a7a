import { describe, expect, test } from "vitest";
import { type Flags, type Layout, parseFlags } from "../../../entrypoint/protocol/index.ts";
import { kubernetes } from "../../../injector/backends/kubernetes/index.ts";
import type { OwnKubernetesOptions } from "../../../injector/backends/kubernetes/options.ts";
import { podman } from "../../../injector/backends/kubernetes/podman.ts";
import { UserError } from "../../../injector/diagnostics/diagnostic.ts";
import type { Plan, PlannedSidecar } from "../../../injector/plan/model/plan.ts";
import { ofYaml, testBackend, writable } from "./_contract.ts";
import { invalidForKubernetes, podSpecOf, readContainer, readPod, readPodmanPod } from "./_kubernetes.ts";
import { chain, cloneBuildPublish, volume } from "./_plans.ts";

const read = readPod;
const invalid = invalidForKubernetes;
testBackend({ renderer: kubernetes, ...ofYaml(read, invalid) });
testBackend({ renderer: kubernetes, options: { kind: "job" }, ...ofYaml(read, invalid) });
testBackend({
  renderer: kubernetes,
  options: { inject: "image-volume", restricted: true },
  ...ofYaml(read, invalid),
});
testBackend({ renderer: podman, ...ofYaml(readPodmanPod, invalid) });

const IMAGE = "registry.example/entrypoint:1";
const podOf = (plan: Plan, options: OwnKubernetesOptions = {}) =>
  podSpecOf(kubernetes.render([plan], { entrypointImage: IMAGE, ...options }));

describe("the token of a ServiceAccount", () => {
  const plan = chain("token", [{ name: "a" }]);

  test("is mounted where the run asks for it, and nowhere else", () => {
    expect(podOf(plan)).toMatchObject({ automountServiceAccountToken: false });
    expect(podOf(plan)).not.toHaveProperty("serviceAccountName");
    const named = podOf({ ...plan, pod: { ...plan.pod, serviceAccountName: "builder" } });
    expect(named).toMatchObject({ serviceAccountName: "builder" });
    expect(named).not.toHaveProperty("automountServiceAccountToken");
    const asked = podOf({ ...plan, pod: { ...plan.pod, spec: { automountServiceAccountToken: true } } });
    expect(asked).toMatchObject({ automountServiceAccountToken: true });
  });
});

describe("security", () => {
  const securityOf = (given: object | undefined, options: OwnKubernetesOptions = {}, pod?: object) => {
    const plan = chain("secure", [
      { name: "a", container: given === undefined ? {} : { securityContext: given } },
    ]);
    const spec = pod === undefined ? {} : { securityContext: pod };
    return podOf({ ...plan, pod: { ...plan.pod, spec } }, options).containers[0] as unknown as {
      securityContext: object;
    };
  };

  test.each([
    ["an image that may want root keeps its capabilities", undefined, { allowPrivilegeEscalation: false }],
    [
      "a step that is not root has none",
      { runAsUser: 1000 },
      { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, runAsUser: 1000 },
    ],
    [
      "what its author asks for stands",
      { runAsNonRoot: true, capabilities: { add: ["CHOWN"] } },
      { allowPrivilegeEscalation: false, capabilities: { add: ["CHOWN"] }, runAsNonRoot: true },
    ],
    ["a privileged one is left alone", { privileged: true }, { privileged: true }],
    [
      "so is one with SYS_ADMIN",
      { capabilities: { add: ["CAP_SYS_ADMIN"] } },
      { capabilities: { add: ["CAP_SYS_ADMIN"] } },
    ],
  ])("%s", (_what, given, expected) => {
    expect(securityOf(given).securityContext).toEqual(expected);
  });

  test("the pod's user counts for its steps", () => {
    expect(securityOf(undefined, {}, { runAsUser: 7 }).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
  });

  test("restricted is the whole profile", () => {
    const plan = chain("secure", [{ name: "a" }]);
    const pod = podOf(plan, { restricted: true });
    expect(pod["securityContext"]).toEqual({
      runAsNonRoot: true,
      seccompProfile: { type: "RuntimeDefault" },
    });
    for (const { securityContext } of [...pod.initContainers, ...pod.containers] as unknown as {
      securityContext: object;
    }[])
      expect(securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
      });
  });

  test("no service account, no token", () => {
    const plan = chain("secure", [{ name: "a" }]);
    expect(podOf(plan)["automountServiceAccountToken"]).toBe(false);
    const named = podOf({ ...plan, pod: { ...plan.pod, serviceAccountName: "builder" } });
    expect(named["serviceAccountName"]).toBe("builder");
    expect(named["automountServiceAccountToken"]).toBeUndefined();
  });
});

describe("injection", () => {
  test("one init container copies the binary and makes the layout, without a shell", () => {
    const { initContainers } = podOf(cloneBuildPublish);
    expect(initContainers).toHaveLength(1);
    expect(initContainers[0]).toMatchObject({
      image: IMAGE,
      command: ["/ko-app/entrypoint"],
      args: ["layout"],
    });
    expect(layoutsIn(cloneBuildPublish)).toEqual([cloneBuildPublish.layout.layout]);
  });

  test("an image volume takes the place of the copy", () => {
    const pod = podOf(cloneBuildPublish, { inject: "image-volume" });
    expect(pod.volumes).toContainEqual({ name: "baton-image", image: { reference: IMAGE } });
    for (const { volumeMounts } of pod.containers)
      expect((volumeMounts ?? []).filter(({ mountPath }) => mountPath === "/tekton/bin")).toEqual([
        { name: "baton-image", mountPath: "/tekton/bin", subPath: "ko-app", readOnly: true },
      ]);
  });

  test("with an image volume nobody comes first: each container makes what is its own", () => {
    const plan = chain("own", [
      { name: "a", script: "#!/bin/sh\necho $(steps.b.results.x)\n" },
      { name: "b", args: ["/tekton/results/x"] },
    ]);
    const pod = podOf(plan, { inject: "image-volume" });
    expect(pod.initContainers).toBeUndefined();
    const [a, b] = readPod(kubernetes.render([plan], { entrypointImage: IMAGE, inject: "image-volume" }));
    const flags = parseFlags(a?.argv.slice(1, a.argv.indexOf("--")) ?? []).flags;
    expect(flags.entrypoint).toBe("/tekton/run/0/scripts/script-0");
    expect(JSON.parse(flags.layout ?? "{}")).toEqual({
      protocol: 1,
      directories: [],
      files: plan.layout.layout.files.map((file) => ({ ...file, path: "/tekton/run/0/scripts/script-0" })),
      links: plan.layout.layout.links.map(({ path, target }) => ({
        path: path.replace(/.*steps/, "/tekton/run/0/steps"),
        target,
      })),
    });
    expect(a?.mounts.find(({ path }) => path === "/tekton/steps")).toMatchObject({ readOnly: true });
    expect(b?.argv.join()).not.toContain("-layout");
    expect(b?.mounts.map(({ path }) => path)).toEqual([
      ...[
        "/tekton/run",
        "/tekton/run/1",
        "/tekton/results",
        "/tekton/home",
        "/workspace",
        "/tekton/bin",
        "/tekton/downward",
      ],
    ]);
  });

  test("a directory in a claim, which a kubelet would not make for any user, is made by an init container", () => {
    const mount = { volume: "data", subPath: "deep", path: "/data", readOnly: false };
    const plan = chain("claims", [{ name: "a", mounts: [mount] }]);
    const { layout, mounts } = plan.layout;
    const piece = { path: "/tekton/volumes/data/deep", mode: 0o777 };
    const maker = { volume: "data", path: "/tekton/volumes/data", readOnly: false };
    const whole: Plan = {
      ...plan,
      volumes: [...plan.volumes, { name: "data", source: { kind: "claim", claim: "data" } }],
      layout: {
        layout: { ...layout, directories: [...layout.directories, piece] },
        mounts: [...mounts, maker],
      },
    };
    const made = layoutsIn(whole, { inject: "image-volume" });
    expect(made).toEqual([{ protocol: 1, directories: [piece], files: [], links: [] }]);
  });

  test("a working directory in a volume is entered by the step, which may be anybody", () => {
    const plan = chain("where", [{ name: "a" }]);
    const steps = plan.steps.map((step) => ({ ...step, workingDir: "/workspace/source" }));
    const [a] = readPod(
      kubernetes.render([{ ...plan, steps }], { entrypointImage: IMAGE, inject: "image-volume" }),
    );
    expect(a?.argv.join(" ")).toContain("-working_dir /workspace/source");
  });

  test("scripts that do not fit one variable go into several, and all arrive", () => {
    const steps = [1, 2, 3, 4].map((at) => ({
      name: `s${at}`,
      script: `#!/bin/sh\n# ${"x".repeat(50_000)}\n`,
    }));
    const plan = chain("long", steps);
    const layouts = layoutsIn(plan);
    expect(layouts.length).toBeGreaterThan(1);
    expect(layouts.flatMap(({ files }) => files)).toEqual(plan.layout.layout.files);
    for (const { initContainers } of [podOf(plan)])
      for (const { env } of initContainers) expect(env?.[0]?.value?.length).toBeLessThan(131_000);
  });

  test("a script that fits no variable is a mistake with a cure", () => {
    const plan = chain("huge", [{ name: "a", script: "x".repeat(100_000) }]);
    expect(() => podOf(plan)).toThrow(UserError);
  });
});

test("the message budget is shared by all containers", () => {
  const plan = chain(
    "ten",
    Array.from({ length: 10 }, (_, at) => ({ name: `s${at}` })),
  );
  const [step] = readPod(kubernetes.render([plan], { entrypointImage: IMAGE }));
  expect(step?.argv.join(" ")).toContain(`-termination_budget ${Math.floor(12_288 / 11)}`);
});

test("the pod outlasts its own timeouts and graces", () => {
  const plan = chain("slow", [{ name: "a" }], { timeout: 60_000 });
  expect(podOf(plan)).toMatchObject({ activeDeadlineSeconds: 105 });
  expect(podOf(plan)["terminationGracePeriodSeconds"]).toBeUndefined();
  const [step] = plan.steps;
  const patient = {
    ...plan,
    steps: step ? [{ ...step, flags: { ...step.flags, grace_period: 120_000 } }] : [],
  };
  expect(podOf(patient)).toMatchObject({ activeDeadlineSeconds: 215, terminationGracePeriodSeconds: 125 });
});

test("where only its Tasks have timeouts, the pod outlasts all attempts of all of them", () => {
  const [one, two] = chain("tasks", [{ name: "a" }, { name: "b" }]).steps;
  if (one === undefined || two === undefined) throw new Error("two steps");
  const deadlineOf = (...flags: readonly Flags[]) =>
    podOf({
      ...chain("tasks", []),
      steps: [one, one, two].map((step, at) => ({ ...step, flags: { ...step.flags, ...flags[at] } })),
    })["activeDeadlineSeconds"];
  const first = { task_timeout: 20_000, task_start: "/tekton/run/0/out", task_retries: 1 };
  const other = { task_timeout: 40_000, task_start: "/tekton/run/2/out" };
  expect(deadlineOf(first, first, other)).toBe(1.5 * (2 * 20 + 40) + 15);
  expect(deadlineOf(first, first)).toBeUndefined();
  expect(deadlineOf({ run_timeout: 60_000 }, { run_timeout: 60_000 }, other)).toBe(1.5 * 100 + 15);
});

test("cancelling is an annotation that every step can read", () => {
  const { volumes, containers } = podOf(chain("cancel", [{ name: "a" }]));
  expect(JSON.stringify(volumes)).toContain("metadata.annotations['baton.run/cancel']");
  expect(containers[0]?.volumeMounts?.at(-1)?.mountPath).toBe("/tekton/downward");
});

describe("sidecars", () => {
  const sidecar: PlannedSidecar = {
    id: "sidecar-db",
    name: "db",
    task: "test",
    image: "postgres:17",
    command: ["postgres"],
    args: [],
    env: [],
    envFrom: [],
    mounts: [],
    flags: { wait_settled: ["/tekton/run/0/out"] },
    until: [0],
    container: { readinessProbe: { tcpSocket: { port: 5432 } } },
  };
  const plan = { ...chain("test", [{ name: "a" }]), sidecars: [sidecar] };

  test("run beside the steps under the entrypoint, and are ready before the first step", () => {
    const { initContainers } = podOf(plan);
    expect(initContainers[1]).toMatchObject({
      name: "sidecar-db",
      command: ["/tekton/bin/entrypoint"],
      restartPolicy: "Always",
      startupProbe: { tcpSocket: { port: 5432 } },
    });
    expect(readContainer(initContainers[1] as never).argv.slice(1)).toEqual(
      "sidecar -wait_settled /tekton/run/0/out -entrypoint postgres --".split(" "),
    );
  });

  test("are plain containers for podman", () => {
    const pod = podSpecOf(podman.render([plan], { entrypointImage: IMAGE }));
    expect(pod.initContainers).toHaveLength(1);
    expect(pod.containers.map(({ name }) => name)).toEqual(["step-a", "sidecar-db", "result"]);
  });
});

describe("for podman", () => {
  const documents = podman.render([cloneBuildPublish], { entrypointImage: IMAGE });
  const pod = podSpecOf(documents);

  test("no mount has a subPath", () => {
    expect(JSON.stringify(pod)).not.toContain("subPath");
  });

  test("a step still sees the run directories of the others, and only reads them", () => {
    const steps = readPod(documents);
    for (const [index, { mounts }] of steps.entries())
      for (const other of steps.keys()) {
        expect(mounts.map(({ path }) => path)).toContain(`/tekton/run/${other}`);
        expect(writable(mounts, `/tekton/run/${other}/out`)).toBe(index === other);
      }
  });

  test("the same path is the same volume in every container", () => {
    const [layout] = pod.initContainers.map(readContainer);
    const volumes = new Map(layout?.mounts.map(({ path, volume }) => [path, volume]));
    const steps = readPod(documents);
    for (const { mounts } of steps)
      for (const index of steps.keys())
        expect(mounts.find(({ path }) => path === `/tekton/run/${index}`)?.volume).toBe(
          volumes.get(`/tekton/volumes/${volume("run")}/${index}`),
        );
  });

  test("volumes have names of their own, because podman keeps them after the pod", () => {
    const made = pod.volumes.filter(({ emptyDir }) => emptyDir !== undefined);
    expect(made.length).toBeGreaterThan(5);
    for (const { name } of made) expect(name).toMatch(/^clone-build-publish-/);
  });
});

test("given ConfigMaps and Secrets become documents of their own", () => {
  const text = (value: string) => Buffer.from(value).toString("base64");
  const data = [
    {
      kind: "ConfigMap" as const,
      name: "settings",
      data: { "a.txt": text("über"), "b.bin": Buffer.from([255, 0]).toString("base64") },
    },
    { kind: "Secret" as const, name: "registry", data: { token: text("hunter2") } },
  ];
  const documents = kubernetes.render([{ ...cloneBuildPublish, data }], {
    entrypointImage: IMAGE,
    namespace: "ci",
  });
  expect(documents.slice(0, 2)).toEqual([
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings", namespace: "ci" },
      data: { "a.txt": "über" },
      binaryData: { "b.bin": "/wA=" },
    },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "registry", namespace: "ci" },
      data: { token: text("hunter2") },
    },
  ]);
  for (const document of documents) expect(invalidForKubernetes(document)).toEqual([]);
});

test.each([
  ["a folder of this machine", { volumes: [{ name: "w", source: { kind: "folder", path: "/src" } }] }],
  ["a step without an image", { steps: chain("x", [{ name: "a", image: "" }]).steps }],
  ["a step without a known command", { steps: chain("x", [{ name: "a", command: [] }]).steps }],
] as const)("%s is a mistake with a cure", (_what, over) => {
  const broken = { ...chain("x", [{ name: "a" }]), ...over } as Plan;
  expect(() => podOf(broken)).toThrow(
    expect.objectContaining({ diagnostics: [expect.objectContaining({ cure: expect.any(String) })] }),
  );
});

function layoutsIn(plan: Plan, options: OwnKubernetesOptions = {}): Layout[] {
  const containers = podOf(plan, options).initContainers.map(readContainer);
  return containers.map(({ env }) => JSON.parse(env["BATON_LAYOUT"] ?? ""));
}

describe("requests of the pod as a whole", () => {
  const asks = (requests: object, limits?: object) => ({
    container: { resources: { requests, ...(limits === undefined ? {} : { limits }) } },
  });
  const steps = chain("asks", [
    { name: "a", ...asks({ cpu: "250m", memory: "64Mi" }) },
    { name: "b", ...asks({ cpu: "250m", "example.org/gpu": "1" }, { cpu: "2" }) },
    { name: "c" },
  ]);
  const plan: Plan = { ...steps, resources: { requests: { cpu: "500m", memory: "64Mi" } } };
  const resourcesOf = (options: OwnKubernetesOptions) => {
    const document = kubernetes.render([plan], { entrypointImage: IMAGE, ...options });
    expect(document.map(invalidForKubernetes)).toEqual([[]]);
    const spec = podSpecOf(document) as unknown as Pod;
    return [spec.resources, ...spec.containers.map(({ resources }) => resources)];
  };
  interface Pod {
    readonly resources?: object;
    readonly containers: readonly { readonly resources?: object }[];
  }

  test("are on the pod where asked; a request beside a limit, or of another kind, stays on its step", () => {
    const b = { limits: { cpu: "2" }, requests: { cpu: "250m", "example.org/gpu": "1" } };
    expect(resourcesOf({ podResources: true })).toEqual([plan.resources, undefined, b, undefined]);
  });

  test("are on the steps otherwise, and where nobody asks for anything", () => {
    expect(resourcesOf({})[0]).toBeUndefined();
    expect(resourcesOf({})[1]).toEqual({ requests: { cpu: "250m", memory: "64Mi" } });
    expect(podOf(chain("none", [{ name: "a" }]), { podResources: true })).not.toHaveProperty("resources");
  });
});
