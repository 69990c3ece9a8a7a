// Volumes: of the run's workspaces, and of the Tasks' own `volumes`, as sources that every backend understands.

import { defined } from "../../documents/defined.ts";
import { asRaw, isRaw } from "../../documents/raw.ts";
import type { DataObject, Raw, WorkspaceBinding } from "../../documents/spec.ts";
import type { DataSource, PlannedVolume, VolumeSource } from "../model/plan.ts";
import type { Piece } from "../model/unit.ts";

/** The volume behind a binding of the run, and the piece of it that is bound. */
export function workspaceVolume(
  binding: WorkspaceBinding,
  name: string,
  data: readonly DataObject[],
): { readonly volume: PlannedVolume; readonly piece: Piece } {
  const source = bindingSource(binding, data);
  const readOnly =
    ["configMap", "secret", "projected"].includes(source.kind) ||
    (source.kind === "claim" && !!source.readOnly);
  const claim = source.kind === "claim" ? source.claim : source.kind === "claimTemplate" ? name : "";
  return {
    volume: { name, source },
    piece: {
      volume: name,
      identity: identityOf(source) ?? name,
      readOnly,
      claim,
      ...defined({ subPath: binding.subPath }),
    },
  };
}

/** A Kubernetes volume, as Tasks and pods have them. One that says nothing of its source is an emptyDir. */
export function volumeSource(volume: Raw, data: readonly DataObject[]): VolumeSource {
  const { name, ...raw } = volume;
  if (Object.keys(raw).length === 0 || raw["emptyDir"] !== undefined)
    return emptySource(asRaw(raw["emptyDir"]));
  const claim = asRaw(raw["persistentVolumeClaim"]);
  if (typeof claim["claimName"] === "string") return claimSource(claim);
  if (raw["configMap"] !== undefined) return dataSource("configMap", asRaw(raw["configMap"]), data);
  if (raw["secret"] !== undefined) return dataSource("secret", asRaw(raw["secret"]), data);
  const template = asRaw(raw["ephemeral"])["volumeClaimTemplate"];
  if (isRaw(template)) return { kind: "claimTemplate", template };
  return projectedSource(String(name), asRaw(raw["projected"]), data) ?? { kind: "kubernetes", raw };
}

function identityOf(source: VolumeSource): string | undefined {
  if (source.kind === "claim") return `claim ${source.claim}`;
  return source.kind === "folder" ? `folder ${source.path}` : undefined;
}

function bindingSource(binding: WorkspaceBinding, data: readonly DataObject[]): VolumeSource {
  if (binding.folder !== undefined) return { kind: "folder", path: binding.folder };
  if (binding.volumeClaimTemplate !== undefined)
    return { kind: "claimTemplate", template: binding.volumeClaimTemplate };
  const { name, subPath: _subPath, ...source } = binding;
  return volumeSource({ name, ...source }, data);
}

function emptySource(empty: Raw): VolumeSource {
  const { medium, sizeLimit } = empty;
  return {
    kind: "empty",
    ...(typeof medium === "string" && medium !== "" ? { medium } : {}),
    ...(sizeLimit === undefined ? {} : { sizeLimit: String(sizeLimit) }),
  };
}

function claimSource(claim: Raw): VolumeSource {
  const readOnly = claim["readOnly"] === true ? { readOnly: true } : {};
  return { kind: "claim", claim: String(claim["claimName"]), ...readOnly };
}

/** Several ConfigMaps and Secrets as one directory; undefined where something else is among them. */
function projectedSource(name: string, raw: Raw, data: readonly DataObject[]): VolumeSource | undefined {
  if (!Array.isArray(raw["sources"])) return undefined;
  const parts = raw["sources"].map((source) => projectedPart(asRaw(source), raw["defaultMode"], data));
  if (parts.includes(undefined)) return undefined;
  const files = parts.map((part) => part?.files);
  if (files.includes(undefined)) return { kind: "projected", name, raw };
  return { kind: "projected", name, raw, files: Object.assign({}, ...files) };
}

/** A projection calls a Secret by `name`, where a volume says `secretName`. */
function projectedPart(source: Raw, defaultMode: unknown, data: readonly DataObject[]) {
  const [kind, given] = Object.entries(source)[0] ?? [];
  if (kind !== "configMap" && kind !== "secret") return undefined;
  const part = asRaw(given);
  return dataSource(kind, { defaultMode, ...part, secretName: part["name"] }, data);
}

function dataSource(kind: "configMap" | "secret", raw: Raw, data: readonly DataObject[]): DataSource {
  const name = String((kind === "secret" ? raw["secretName"] : raw["name"]) ?? "");
  const wanted = kind === "secret" ? "Secret" : "ConfigMap";
  const object = data.find((one) => one.kind === wanted && one.name === name);
  if (object === undefined) return { kind, name, raw, ...(raw["optional"] === true ? { files: {} } : {}) };
  return { kind, name, raw, files: filesOf(object, raw) };
}

/** The files that Kubernetes would make of it: all keys, or those of `items` under their paths. */
function filesOf(object: DataObject, raw: Raw) {
  const mode = typeof raw["defaultMode"] === "number" ? raw["defaultMode"] : 0o644;
  const items = raw["items"] as readonly { key: string; path: string; mode?: number }[] | undefined;
  const wanted = items ?? Object.keys(object.data).map((key) => ({ key, path: key }));
  return Object.fromEntries(
    wanted
      .filter(({ key }) => object.data[key] !== undefined)
      .map(({ key, path, ...own }) => [
        path,
        { base64: object.data[key] ?? "", mode: "mode" in own ? (own.mode ?? mode) : mode },
      ]),
  );
}
