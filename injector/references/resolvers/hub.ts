// resolver: hub. A Task, Pipeline or StepAction of a catalog, by name and version: of Artifact Hub, or of the older Tekton Hub.

import { asRaw } from "../../documents/raw.ts";
import type { ResolverParams } from "../../documents/refs.ts";
import { ask, parsed, shownUrl } from "../peer.ts";
import { type Resolver, ResolverError, type Wanted } from "../resolver.ts";
import { chosen, isExact } from "./versions.ts";

export const hub: Resolver = {
  name: "hub",
  required: ["name", "version"],
  optional: ["catalog", "type", "kind", "url"],
  async fetch(params, wanted) {
    const place = placeOf(params, wanted);
    const version = wanted.pin?.["version"] ?? (await versionOf(params, place, wanted.signal));
    const address = place.hub.text(place, version);
    const { data } = asRaw(await answer(address, wanted.signal));
    const text = asRaw(data ?? {})[place.hub.field];
    if (typeof text !== "string" || text === "")
      throw new ResolverError(
        `${shownUrl(address)} has no ${place.hub.field}`,
        "check the name and the version",
      );
    return { text, source: shownUrl(address), pin: { version } };
  },
};

interface Place {
  readonly hub: Hub;
  readonly origin: string;
  readonly kind: string;
  readonly catalog: string;
  readonly name: string;
}

/** What a hub is asked, and where its answers hold what is wanted. */
interface Hub {
  /** The variable that Tekton's resolver reads. */
  readonly variable: string;
  readonly origin?: string;
  readonly catalogs: Readonly<Record<string, string>>;
  readonly field: "manifestRaw" | "yaml";
  text(place: Place, version: string): string;
  list(place: Place): string;
  versions(answer: unknown): readonly unknown[];
  /** As it writes versions. */
  written(version: string): string;
}

const words = (...parts: readonly string[]): string => parts.map(encodeURIComponent).join("/");

const HUBS: Readonly<Record<string, Hub>> = {
  artifact: {
    variable: "ARTIFACT_HUB_API",
    origin: "https://artifacthub.io",
    catalogs: { task: "tekton-catalog-tasks", pipeline: "tekton-catalog-pipelines" },
    field: "manifestRaw",
    text: (place, version) => `${HUBS["artifact"]?.list(place)}/${words(version)}`,
    list: ({ origin, kind, catalog, name }) =>
      `${origin}/api/v1/packages/tekton-${words(kind, catalog, name)}`,
    versions: (said) =>
      listOf(asRaw(said)["available_versions"]).filter((one) => asRaw(one)["prerelease"] !== true),
    written: (version) => (/^\d+\.\d+$/.test(version) ? `${version}.0` : version),
  },
  tekton: {
    variable: "TEKTON_HUB_API",
    catalogs: { task: "Tekton", pipeline: "Tekton", stepaction: "Tekton" },
    field: "yaml",
    text: (place, version) => `${HUBS["tekton"]?.list(place)}/${words(version)}/yaml`,
    list: ({ origin, kind, catalog, name }) => `${origin}/v1/resource/${words(catalog, kind, name)}`,
    versions: (said) => listOf(asRaw(asRaw(said)["data"])["versions"]),
    written: (version) => version.split(".").slice(0, 2).join("."),
  },
};

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function placeOf(params: ResolverParams, wanted: Wanted): Place {
  const { type = "artifact", kind = wanted.kind.toLowerCase(), name = "" } = params;
  const found = Object.hasOwn(HUBS, type) ? HUBS[type] : undefined;
  if (found === undefined)
    throw new ResolverError(`there is no hub of type "${type}"`, 'use "artifact" or "tekton"');
  if (!["task", "pipeline", "stepaction"].includes(kind))
    throw new ResolverError(`a hub has no kind "${kind}"`, 'use "task", "pipeline" or "stepaction"');
  const catalog = params["catalog"] ?? found.catalogs[kind];
  if (catalog === undefined)
    throw new ResolverError(
      `a ${kind} is in no catalog of its own`,
      "name it with {name: catalog, value: …}",
    );
  return { hub: found, origin: originOf(params, found), kind, catalog, name };
}

function originOf({ url }: ResolverParams, { variable, origin }: Hub): string {
  const given = url ?? process.env[variable] ?? origin;
  if (given === undefined)
    throw new ResolverError(
      "nobody knows where this hub is",
      `add {name: url, value: https://…} to its params, or set ${variable}`,
    );
  const protocol = URL.canParse(given) ? new URL(given).protocol : "";
  if (protocol !== "http:" && protocol !== "https:")
    throw new ResolverError(`"${shownUrl(given)}" is no address of a hub`, "begin it with https://");
  return given.replace(/\/+$/, "");
}

/** The one that is written, or of those that the hub has the newest that fits. */
async function versionOf(
  { version = "" }: ResolverParams,
  place: Place,
  signal: AbortSignal,
): Promise<string> {
  if (isExact(version)) return place.hub.written(version);
  const said = place.hub.versions(await answer(place.hub.list(place), signal));
  const there = said.flatMap((one) => {
    const { version: text } = asRaw(one);
    return typeof text === "string" ? [text] : [];
  });
  const found = chosen(version, there);
  if (found === undefined)
    throw new ResolverError(`${place.name} has no version ${version}`, "ask for one that is there");
  return place.hub.written(found);
}

async function answer(address: string, signal: AbortSignal): Promise<unknown> {
  const { ok, status, body } = await ask(address, signal, { accept: "application/json" });
  if (!ok)
    throw new ResolverError(
      `${shownUrl(address)} answers ${status}`,
      "check the name, the version and the catalog",
    );
  return parsed(body, shownUrl(address));
}
