// Security contexts of Tasks that share a pod. What a container's own context can say goes down to the containers of the
// Tasks that ask for it, where the Tasks of a pod do not agree; the rest a pod has once, and Tasks that differ in it are cut.

import { isDeepStrictEqual } from "node:util";
import { isRaw } from "../../documents/raw.ts";
import type { Raw } from "../../documents/spec.ts";
import type { PodSettings } from "../../resolve/resolved.ts";

/** Fields that Kubernetes takes in either context, the container's winning. */
const EITHER: ReadonlySet<string> = new Set([
  ...["runAsUser", "runAsGroup", "runAsNonRoot", "seccompProfile", "appArmorProfile", "seLinuxOptions"],
  "windowsOptions",
]);

/** The first field in which Tasks with these settings cannot share a pod. */
export function fieldBetween(one: PodSettings, other: PodSettings): string | undefined {
  const field = differing(one.spec, other.spec).find((name) => name !== SECURITY);
  if (field !== undefined) return field;
  return differing(contextOf(one), contextOf(other)).find((name) => !EITHER.has(name));
}

/** The settings of a pod for Tasks with all these: of what a container can say, that which all of them say alike. */
export function sharedSettings(settings: PodSettings, all: readonly PodSettings[]): PodSettings {
  const context = contextOf(settings);
  const apart = new Set(all.flatMap((one) => differing(context, contextOf(one))));
  if (apart.size === 0) return settings;
  const shared = Object.fromEntries(Object.entries(context).filter(([name]) => !apart.has(name)));
  const { [SECURITY]: _context, ...spec } = settings.spec;
  const rest = Object.keys(shared).length === 0 ? {} : { [SECURITY]: shared };
  return { ...settings, spec: { ...spec, ...rest } };
}

/** A container's fields with what its Task asks for and the pod does not say; the container's own words win. */
export function withTaskSecurity(container: Raw, task: PodSettings, pod: PodSettings): Raw {
  const said = contextOf(pod);
  const own = Object.entries(contextOf(task)).filter(([name]) => EITHER.has(name) && !(name in said));
  if (own.length === 0) return container;
  const given = container[SECURITY];
  return { ...container, [SECURITY]: { ...Object.fromEntries(own), ...(isRaw(given) ? given : {}) } };
}

const SECURITY = "securityContext";

function contextOf({ spec }: PodSettings): Raw {
  const context = spec[SECURITY];
  return isRaw(context) ? context : {};
}

const differing = (one: Raw, other: Raw): readonly string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (name) => !isDeepStrictEqual(one[name], other[name]),
  );
