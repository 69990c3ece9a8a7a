// What a container may do, by default and with `--restricted`. docs/security.md gives the reasons.
//
// Unchanged Tasks run images as root that chown, apt-get and unpack layers, so the default takes away only what they
// do not miss: new privileges, syscalls outside the runtime's profile, the service account's token, and, where
// a step says that it is not root, all capabilities. `restricted` is the whole Pod Security profile of that name.

import type { OwnPodOptions } from "./options.ts";

type Fields = Readonly<Record<string, unknown>>;

const SECCOMP = { seccompProfile: { type: "RuntimeDefault" } };
const NO_CAPABILITIES = { capabilities: { drop: ["ALL"] } };

/** The pod's, under what its author asked for. */
export const podSecurity = (given: unknown, options: Pick<OwnPodOptions, "restricted">): Fields => ({
  ...(options.restricted ? { runAsNonRoot: true } : {}),
  ...SECCOMP,
  ...asFields(given),
});

/** A step's or sidecar's, under what its author asked for; `pod` is what the author asked for the whole pod. */
export function containerSecurity(
  given: unknown,
  pod: unknown,
  options: Pick<OwnPodOptions, "restricted">,
): Fields {
  const asked = asFields(given);
  const user = asked["runAsUser"] ?? asFields(pod)["runAsUser"];
  const nonRoot = asked["runAsNonRoot"] ?? asFields(pod)["runAsNonRoot"];
  const isNonRoot = nonRoot === true || (typeof user === "number" && user !== 0);
  return {
    ...(needsPrivileges(asked) ? {} : { allowPrivilegeEscalation: false }),
    ...(options.restricted || (isNonRoot && !needsPrivileges(asked)) ? NO_CAPABILITIES : {}),
    ...asked,
  };
}

/** Ours: it writes to volumes and nothing else, whatever user it runs as. */
export const layoutSecurity: Fields = {
  allowPrivilegeEscalation: false,
  ...NO_CAPABILITIES,
  readOnlyRootFilesystem: true,
};

/** The API server refuses `allowPrivilegeEscalation: false` beside these. */
function needsPrivileges(asked: Fields): boolean {
  const added = asFields(asked["capabilities"])["add"];
  const names = Array.isArray(added) ? added.map((name) => String(name).replace(/^CAP_/, "")) : [];
  return asked["privileged"] === true || names.includes("SYS_ADMIN");
}

const asFields = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};
