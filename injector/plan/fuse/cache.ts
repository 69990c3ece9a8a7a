// What a step that may be cached is told of it.

import { type CacheRequest, parseDuration } from "../../../entrypoint/protocol/index.ts";
import { defined } from "../../documents/defined.ts";
import { cacheUse, type Raw } from "../../documents/spec.ts";
import { cacheMount } from "../model/places.ts";
import type { Mount } from "../model/plan.ts";
import type { Leaf } from "../model/unit.ts";
import type { PodContext } from "./context.ts";

/** Of those steps alone that may be cached: whoever can write there decides what others get. */
export const cacheMounts = (context: PodContext, leaf: Leaf): readonly Mount[] =>
  isCached(context, leaf) ? [cacheMount(context.places)] : [];

const isCached = ({ options }: PodContext, { spec }: Leaf): boolean =>
  options.cache !== undefined && cacheUse(spec.cache) !== undefined;

/** The value of `-cache`; undefined where the step is not cached. */
export function cacheRequest(
  context: PodContext,
  leaf: Leaf,
  mounts: readonly Mount[],
  script: string | undefined,
): string | undefined {
  const { cache } = context.options;
  const use = cacheUse(leaf.spec.cache);
  if (cache === undefined || use === undefined) return undefined;
  const { spec } = leaf;
  const { key, ttl, ignore } = use;
  const request: CacheRequest = {
    dir: cacheMount(context.places).path,
    run: cache.run,
    ...defined({ key, ttl: ttl === undefined ? undefined : parseDuration(ttl), ignore, script }),
    ...listed(
      "declared",
      (spec.env ?? []).map(({ name }) => String(name)),
    ),
    ...listed("secrets", secretsIn(spec.env ?? [], spec.envFrom ?? [])),
    ...listed(
      "mounts",
      mounts.filter(({ readOnly }) => !readOnly).map(({ path }) => path),
    ),
    ...(cache.programs === true ? { programs: true } : defined({ image: digestIn(spec.image) })),
    ...(spec.workingDir === undefined ? {} : { facts: { workingDir: spec.workingDir } }),
    ...defined({ root: context.options.root }),
  };
  return JSON.stringify(request);
}

const listed = (name: "declared" | "secrets" | "mounts", values: readonly string[]) =>
  values.length === 0 ? {} : { [name]: values };

/** All of them, where a whole Secret stands in the environment: its names are not known here. */
const secretsIn = (env: readonly Raw[], envFrom: readonly Raw[]): readonly string[] =>
  envFrom.some((one) => one["secretRef"] !== undefined)
    ? ["*"]
    : env
        .filter((one) => JSON.stringify(one["valueFrom"] ?? "").includes("secretKeyRef"))
        .map(({ name }) => String(name));

/** What a name has of its own; a backend that knows what the name means adds it. */
const digestIn = (image: string | undefined): string | undefined =>
  /@(sha256:[0-9a-f]{64})$/.exec(image ?? "")?.[1];
