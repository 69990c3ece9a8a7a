// What steps, sidecars, StepActions and step templates have in common: they are containers.

import { RESERVED_VOLUME } from "../../entrypoint/protocol/index.ts";
import { suggestion } from "../diagnostics/nearest.ts";
import { isReservedPath } from "../documents/mount-paths.ts";
import type { ContainerFields } from "../documents/spec.ts";
import { type Cursor, type Faults, fault, within } from "./cursor.ts";

/** The cursor is at the container. */
export function* checkContainer(cursor: Cursor, container: ContainerFields): Faults {
  if (container.script !== undefined && (container.command?.length ?? 0) > 0)
    yield fault(
      within(cursor, "script"),
      "script-and-command",
      "a script and a command exclude each other",
      'keep one of them; words for the script go into "args"',
      "key",
    );
  for (const [index, mount] of (container.volumeMounts ?? []).entries())
    yield* checkMount(within(cursor, "volumeMounts", index), mount);
  yield* checkPullPolicy(within(cursor, "imagePullPolicy"), container.imagePullPolicy);
}

function* checkMount(cursor: Cursor, mount: Readonly<Record<string, unknown>>): Faults {
  const { name, mountPath } = mount;
  if (typeof mountPath === "string") yield* checkMountPath(within(cursor, "mountPath"), mountPath);
  if (typeof name === "string" && name.startsWith(RESERVED_VOLUME))
    yield fault(
      within(cursor, "name"),
      "reserved-volume",
      `"${name}" is a reserved volume name`,
      `use a name that does not begin with "${RESERVED_VOLUME}"`,
    );
}

/** One that a param has a part in is looked at again when that is known. The cursor is at the path. */
export function* checkMountPath(cursor: Cursor, path: string | undefined): Faults {
  if (path === undefined || path.includes("$(") || !isReservedPath(path)) return;
  yield fault(
    cursor,
    "forbidden-mount",
    `"${path}" is used for the run itself`,
    "mount it elsewhere (of /tekton only /tekton/home is free)",
  );
}

function* checkPullPolicy(cursor: Cursor, policy: string | undefined): Faults {
  const allowed = ["Always", "IfNotPresent", "Never"];
  if (policy === undefined || policy.includes("$(") || allowed.includes(policy)) return;
  yield fault(
    cursor,
    "wrong-value",
    `imagePullPolicy cannot be "${policy}"`,
    suggestion(policy, allowed, "choose another value"),
  );
}
