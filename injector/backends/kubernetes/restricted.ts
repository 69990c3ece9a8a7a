// What Kubernetes' Pod Security profile "restricted" refuses, refused before a cluster does: the defaults fit it, what an author
// asks for beside them may not. https://kubernetes.io/docs/concepts/security/pod-security-standards/

import { type Diagnostic, UserError } from "../../diagnostics/diagnostic.ts";
import { asRaw, isRaw } from "../../documents/raw.ts";
import type { Raw } from "../../documents/spec.ts";

/** Throws UserError with all of it. */
export function refuseUnrestricted(name: string, spec: Raw): void {
  const pod = asRaw(spec["securityContext"]);
  const faults = [
    ...ofPod(spec, pod).map((what) => `the pod ${name} ${what}`),
    ...listOf(spec["volumes"]).flatMap(ofVolume),
    ...[...listOf(spec["initContainers"]), ...listOf(spec["containers"])].flatMap((container) =>
      ofContainer(container, pod).map((what) => `${String(container["name"])} ${what}`),
    ),
  ];
  if (faults.length > 0) throw new UserError(faults.map(asDiagnostic));
}

const asDiagnostic = (message: string): Diagnostic => ({
  code: "not-restricted",
  severity: "error",
  message: `${message}, which the restricted profile refuses`,
  cure: "take it out, or compile without --restricted for a namespace that allows it",
});

const listOf = (value: unknown): readonly Raw[] => (Array.isArray(value) ? value.filter(isRaw) : []);

const HOST = ["hostNetwork", "hostPID", "hostIPC"] as const;
const SAFE_SYSCTLS =
  /^(kernel\.shm_rmid_forced|net\.ipv4\.(ip_local_port_range|ip_unprivileged_port_start|tcp_syncookies|ping_group_range|ip_local_reserved_ports|tcp_keepalive_time|tcp_fin_timeout|tcp_keepalive_intvl|tcp_keepalive_probes))$/;

function ofPod(spec: Raw, context: Raw): readonly string[] {
  const sysctls = listOf(context["sysctls"]).filter(({ name }) => !SAFE_SYSCTLS.test(String(name)));
  return [
    ...HOST.filter((field) => spec[field] === true).map((field) => `has ${field}`),
    ...sysctls.map(({ name }) => `sets ${String(name)}`),
    ...ofContext(context),
    ...(spec["hostUsers"] === true && context["runAsNonRoot"] === false ? ["may run as root"] : []),
  ];
}

const VOLUMES = new Set([
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim"],
  ...["projected", "secret"],
]);

const ofVolume = ({ name, ...source }: Raw): readonly string[] =>
  Object.keys(source)
    .filter((kind) => !VOLUMES.has(kind))
    .map((kind) => `the volume ${String(name)} is a ${kind}`);

function ofContainer(container: Raw, pod: Raw): readonly string[] {
  const context = asRaw(container["securityContext"]);
  const { add, drop } = asRaw(context["capabilities"]);
  const added = textsOf(add).filter((one) => one !== "NET_BIND_SERVICE");
  const seccomp = asRaw(context["seccompProfile"] ?? pod["seccompProfile"])["type"];
  const nonRoot = context["runAsNonRoot"] ?? pod["runAsNonRoot"];
  return [
    ...(context["privileged"] === true ? ["is privileged"] : []),
    ...(context["allowPrivilegeEscalation"] === false
      ? []
      : ["may gain privileges (allowPrivilegeEscalation)"]),
    ...added.map((one) => `adds the capability ${one}`),
    ...(textsOf(drop).includes("ALL") ? [] : ["keeps capabilities (drop: [ALL])"]),
    ...(nonRoot === true ? [] : ["may run as root (runAsNonRoot)"]),
    ...(seccomp === "RuntimeDefault" || seccomp === "Localhost" ? [] : ["has no seccompProfile"]),
    ...(context["procMount"] === undefined || context["procMount"] === "Default" ? [] : ["has a procMount"]),
    ...(listOf(container["ports"]).some(({ hostPort = 0 }) => hostPort !== 0) ? ["has a hostPort"] : []),
    ...ofContext(context),
  ];
}

/** What a pod and a container may say in the same words. */
function ofContext(context: Raw): readonly string[] {
  const {
    type = "",
    user = "",
    role = "",
  } = asRaw(context["seLinuxOptions"]) as Readonly<Record<string, string>>;
  return [
    ...(context["runAsUser"] === 0 ? ["runs as root (runAsUser: 0)"] : []),
    ...(context["runAsNonRoot"] === false ? ["may run as root (runAsNonRoot: false)"] : []),
    ...(asRaw(context["seccompProfile"])["type"] === "Unconfined" ? ["is unconfined (seccompProfile)"] : []),
    ...(asRaw(context["appArmorProfile"])["type"] === "Unconfined"
      ? ["is unconfined (appArmorProfile)"]
      : []),
    ...(/^(|container_t|container_init_t|container_kvm_t|container_engine_t)$/.test(type) &&
    user === "" &&
    role === ""
      ? []
      : ["has seLinuxOptions"]),
    ...(asRaw(context["windowsOptions"])["hostProcess"] === true ? ["is a hostProcess"] : []),
  ];
}

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map((one) => String(one).replace(/^CAP_/, "")) : [];
