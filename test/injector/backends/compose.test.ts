import { describe, expect, test } from "vitest";
import { compose } from "../../../injector/backends/compose/index.ts";
import type { Plan, PlannedSidecar, PlannedVolume } from "../../../injector/plan/model/plan.ts";
import { invalidForCompose, readCompose, readService, servicesOf } from "./_compose.ts";
import { ofYaml, testBackend } from "./_contract.ts";
import { chain, cloneBuildPublish, type StepOf } from "./_plans.ts";

testBackend({ renderer: compose, ...ofYaml(readCompose, invalidForCompose) });

const base64 = (text: string) => Buffer.from(text).toString("base64");
const options = { entrypointImage: "registry.example/entrypoint:1" };
const render = (plan: Plan) => compose.render([plan], options);
const projectOf = (plan: Plan) => render(plan)[0] as Record<string, never>;
const stepOf = (step: Partial<StepOf>, over: Partial<Plan> = {}) => {
  const service = servicesOf(render(chain("one", [{ name: "a", ...step }], over))).get("step-a");
  if (service === undefined) throw new Error("no such service");
  return service;
};

test("steps start together, once the layout is made", () => {
  const services = servicesOf(render(cloneBuildPublish));
  expect(services.get("layout")).toMatchObject({
    command: ["layout"],
    network_mode: "none",
    read_only: true,
  });
  for (const [name, { depends_on }] of services)
    if (name !== "layout")
      expect(depends_on).toEqual({ layout: { condition: "service_completed_successfully" } });
});

test("one service ends as the run does and knows where all results are", () => {
  const result = servicesOf(render(cloneBuildPublish)).get("result");
  const { argv, mounts } = readService("result", result as never);
  expect(argv.slice(0, 2)).toEqual(["/ko-app/entrypoint", "collect"]);
  expect(argv[argv.indexOf("-wait_settled") + 1]).toBe(
    "/tekton/run/0/out,/tekton/run/1/out,/tekton/run/2/out",
  );
  const refs = JSON.parse(argv[argv.indexOf("-task_refs") + 1] ?? "");
  const files: string[] = Object.values(refs["clone-build-publish"].files);
  expect(files).toHaveLength(2);
  for (const file of files)
    expect(mounts.some(({ path, readOnly }) => readOnly && file.startsWith(`${path}/`))).toBe(true);
});

test("results of any size are taken: no kubelet reads the message", () => {
  const { argv } = readService("step-a", stepOf({}));
  expect(argv[argv.indexOf("-termination_path") + 1]).toBe("/tekton/run/0/termination");
  expect(Number(argv[argv.indexOf("-termination_budget") + 1])).toBeGreaterThan(2 ** 20);
});

describe("environment", () => {
  const from = (field: string, ref: object) => [{ name: "A", valueFrom: { [field]: ref } }];
  const data = [
    { kind: "Secret" as const, name: "registry", data: { token: base64("hunter2") } },
    { kind: "ConfigMap" as const, name: "settings", data: { level: base64("a$b") } },
  ];

  test("a Secret's value has to be in the environment of whoever runs compose", () => {
    const env = from("secretKeyRef", { name: "registry", key: "token" });
    const { environment, command } = stepOf({ env, args: ["--token=$(A)", "$$(A)"] }, { data });
    const variable = `\${REGISTRY_TOKEN:?the key token of the Secret registry}`;
    expect(environment?.["A"]).toBe(variable);
    expect(command.slice(-2)).toEqual([`--token=${variable}`, "$$(A)"]);
  });

  test("an optional one may be missing", () => {
    const env = from("secretKeyRef", { name: "registry", key: "token", optional: true });
    expect(stepOf({ env }).environment?.["A"]).toBe(`\${REGISTRY_TOKEN-}`);
  });

  test("a given ConfigMap is written out", () => {
    const env = from("configMapKeyRef", { name: "settings", key: "level" });
    expect(stepOf({ env }, { data }).environment?.["A"]).toBe("a$$b");
  });

  test("metadata is known, the node is not", () => {
    expect(stepOf({ env: from("fieldRef", { fieldPath: "metadata.name" }) }).environment?.["A"]).toBe("one");
    expect(() => stepOf({ env: from("fieldRef", { fieldPath: "status.podIP" }) })).toThrow(
      /only a cluster knows/,
    );
  });

  test("envFrom takes all keys of what was given", () => {
    const [step] = chain("one", [{ name: "a" }]).steps;
    const envFrom = [
      { configMapRef: { name: "settings" }, prefix: "P_" },
      { secretRef: { name: "registry" } },
    ];
    const steps = step === undefined ? [] : [{ ...step, envFrom }];
    expect(stepOf({}, { data, steps }).environment).toMatchObject({
      P_level: "a$$b",
      token: expect.stringContaining("REGISTRY_TOKEN"),
    });
    expect(() => stepOf({}, { steps })).toThrow(/in no given file/);
  });
});

describe("volumes", () => {
  const withVolume = (source: PlannedVolume["source"], subPath?: string) => {
    const plan = chain("one", [{ name: "a" }]);
    const mounts = [
      { volume: "w", path: "/w", readOnly: true, ...(subPath === undefined ? {} : { subPath }) },
    ];
    return { ...chain("one", [{ name: "a", mounts }]), volumes: [...plan.volumes, { name: "w", source }] };
  };
  const lastVolume = (plan: Plan) =>
    servicesOf(render(plan))
      .get("step-a")
      ?.volumes.find(({ target }) => target === "/w");

  test("a folder of the machine is bound, and has to be there", () => {
    expect(lastVolume(withVolume({ kind: "folder", path: "/src/$x" }, "sub"))).toEqual({
      type: "bind",
      source: "/src/$$x/sub",
      target: "/w",
      read_only: true,
      bind: { create_host_path: false },
    });
  });

  test("a claim is a volume that exists already and stays", () => {
    const plan = withVolume({ kind: "claim", claim: "cache" });
    expect(projectOf(plan)["volumes"]).toMatchObject({ w: { name: "cache", external: true } });
  });

  test("files of a given ConfigMap are part of the layout", () => {
    const files = { "a/b.txt": { base64: base64("x"), mode: 0o644 } };
    const plan = withVolume({ kind: "configMap", name: "settings", raw: {}, files });
    const layout = servicesOf(render(plan)).get("layout");
    expect(JSON.parse(layout?.environment?.["BATON_LAYOUT"] ?? "").files).toContainEqual({
      path: "/tekton/volumes/w/a/b.txt",
      ...files["a/b.txt"],
    });
    expect(lastVolume(plan)).toMatchObject({ type: "volume", source: "w" });
  });

  test("files of a given Secret come from the environment of whoever runs compose", () => {
    const files = { token: { base64: base64("hunter2"), mode: 0o600 } };
    const plan = withVolume({ kind: "secret", name: "registry", raw: {}, files });
    expect(servicesOf(render(plan)).get("step-a")?.["secrets"]).toEqual([
      { source: "registry_token", target: "/w/token" },
    ]);
    expect(projectOf(plan)["secrets"]).toEqual({ registry_token: { environment: "REGISTRY_TOKEN" } });
    expect(invalidForCompose(projectOf(plan))).toEqual([]);
  });

  test.each([
    ["a Secret that was not given", { kind: "secret", name: "s", raw: {} }, /add a file/],
    ["a CSI volume", { kind: "kubernetes", raw: { csi: {} } }, /bind the workspace/],
  ] as const)("%s is a mistake with a cure", (_what, source, cure) => {
    expect(() => render(withVolume(source))).toThrow(
      expect.objectContaining({
        diagnostics: [expect.objectContaining({ cure: expect.stringMatching(cure) })],
      }),
    );
  });
});

test("rights and limits are those of the pod", () => {
  const container = {
    imagePullPolicy: "IfNotPresent",
    resources: { limits: { cpu: "500m", memory: "1Gi" } },
    securityContext: { runAsUser: 1000, runAsGroup: 5, readOnlyRootFilesystem: true },
  };
  expect(stepOf({ container })).toMatchObject({
    pull_policy: "missing",
    user: "1000:5",
    read_only: true,
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    cpus: 0.5,
    mem_limit: 2 ** 30,
  });
});

test("system calls outside of the engine's profile are there for who asks for them", () => {
  const securityContext = { seccompProfile: { type: "Unconfined" }, allowPrivilegeEscalation: true };
  expect(stepOf({ container: { securityContext } })["security_opt"]).toEqual(["seccomp:unconfined"]);
  const usual = { seccompProfile: { type: "RuntimeDefault" }, allowPrivilegeEscalation: true };
  expect(stepOf({ container: { securityContext: usual } })["security_opt"]).toBeUndefined();
});

describe("sidecars", () => {
  const sidecar: PlannedSidecar = {
    id: "sidecar-db",
    name: "db",
    task: "one",
    image: "postgres:17",
    command: ["postgres"],
    args: [],
    env: [],
    envFrom: [],
    mounts: [],
    flags: { wait_settled: ["/tekton/run/0/out"] },
    until: [0],
    container: { readinessProbe: { exec: { command: ["pg_isready"] }, periodSeconds: 2 } },
  };
  const plan = { ...chain("one", [{ name: "a" }]), sidecars: [sidecar] };
  const services = servicesOf(render(plan));

  test("are found on localhost, as in a pod", () => {
    expect(services.get("step-a")?.["network_mode"]).toBe("service:result");
    expect(services.get("sidecar-db")?.["network_mode"]).toBe("service:result");
    expect(services.get("result")?.["network_mode"]).toBeUndefined();
  });

  test("are ready before steps start, where a command can tell", () => {
    expect(services.get("sidecar-db")?.["healthcheck"]).toMatchObject({
      test: ["CMD", "pg_isready"],
      interval: "2s",
    });
    expect(services.get("step-a")?.["depends_on"]).toMatchObject({
      "sidecar-db": { condition: "service_healthy" },
    });
  });

  test("have their ports on the host, where the network has any", () => {
    const ports = [{ containerPort: 5432, hostPort: 15432, hostIP: "127.0.0.1" }, { containerPort: 80 }];
    const open = { ...plan, sidecars: [{ ...sidecar, container: { ports } }] };
    const portsIn = (network?: string) => {
      const [project] = compose.render([open], { ...options, ...(network === undefined ? {} : { network }) });
      expect(invalidForCompose(project ?? {})).toEqual([]);
      return servicesOf([project ?? {}]).get("result")?.["ports"];
    };
    expect(portsIn()).toEqual([{ target: 5432, published: "15432", protocol: "tcp", host_ip: "127.0.0.1" }]);
    expect(["host", "none", "container:db"].map(portsIn)).toEqual([undefined, undefined, undefined]);
  });

  test("make a valid project", () => {
    expect(invalidForCompose(projectOf(plan))).toEqual([]);
  });
});

test("a run that is cut into several pods is no one project", () => {
  expect(() => compose.render([cloneBuildPublish, cloneBuildPublish], options)).toThrow(/cut into 2 pods/);
});
