// Container fields of Kubernetes that have a meaning in compose: security context, limits, pull policy.

import { parseQuantity } from "../../plan/model/quantity.ts";
import { containerSecurity } from "../kubernetes/security.ts";
import type { ComposeOptions } from "./options.ts";

type Fields = Readonly<Record<string, unknown>>;

const PULL: Readonly<Record<string, string>> = { Always: "always", IfNotPresent: "missing", Never: "never" };

/** The same rights as in a pod, by the same rules. */
export function containerFields(container: Fields, pod: unknown, options: ComposeOptions): Fields {
  const security = containerSecurity(container["securityContext"], pod, options);
  return {
    ...pullPolicy(container["imagePullPolicy"]),
    ...userOf({ ...asFields(pod), ...security }),
    ...groupsOf(asFields(pod)),
    ...rightsOf(security),
    ...optionsOf({ ...asFields(pod), ...security }),
    ...limitsOf(asFields(asFields(container["resources"])["limits"])),
  };
}

const pullPolicy = (policy: unknown): Fields =>
  typeof policy === "string" && policy in PULL ? { pull_policy: PULL[policy] } : {};

function userOf({ runAsUser, runAsGroup }: Fields): Fields {
  if (runAsUser === undefined) return {};
  return { user: runAsGroup === undefined ? String(runAsUser) : `${runAsUser}:${runAsGroup}` };
}

/** Volumes have no owning group here; whoever would be in it at least is. */
function groupsOf({ fsGroup, supplementalGroups }: Fields): Fields {
  const groups = [fsGroup ?? [], supplementalGroups ?? []].flat().map(String);
  return groups.length === 0 ? {} : { group_add: groups };
}

function rightsOf(security: Fields): Fields {
  const { add, drop } = asFields(security["capabilities"]);
  return {
    ...(security["privileged"] === true ? { privileged: true } : {}),
    ...(security["readOnlyRootFilesystem"] === true ? { read_only: true } : {}),
    ...(Array.isArray(drop) ? { cap_drop: drop } : {}),
    ...(Array.isArray(add) ? { cap_add: add } : {}),
  };
}

/** A profile of the node's own has no file here: the engine's default stands. */
function optionsOf({ allowPrivilegeEscalation, seccompProfile }: Fields): Fields {
  const options = [
    ...(allowPrivilegeEscalation === false ? ["no-new-privileges:true"] : []),
    ...(asFields(seccompProfile)["type"] === "Unconfined" ? ["seccomp:unconfined"] : []),
  ];
  return options.length === 0 ? {} : { security_opt: options };
}

function limitsOf({ cpu, memory }: Fields): Fields {
  const thousandths = { cpu: parseQuantity(cpu), memory: parseQuantity(memory) };
  return {
    ...(thousandths.cpu === undefined ? {} : { cpus: thousandths.cpu / 1e3 }),
    ...(thousandths.memory === undefined ? {} : { mem_limit: Math.ceil(thousandths.memory / 1e3) }),
  };
}

const asFields = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};
