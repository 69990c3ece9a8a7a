// What has to exist before a command: made from JSON that describes it. No shell, and making it twice changes nothing.

import { type Host, HostError } from "../host.ts";
import { type Layout, PROTOCOL_VERSION } from "../protocol/index.ts";
import { decodeBase64 } from "../text/base64.ts";
import { isRecord, isText, parseObject } from "../text/json.ts";

/** `from` is where the text was found, for what is wrong with it. */
export function makeLayout(host: Host, text: string, from: string): string {
  const layout = parseLayout(text, from);
  for (const { path, mode, own } of layout.directories) {
    if (own === true || host.stat(path) === undefined) host.makeDirectory(path, mode);
    if (own === true) empty(host, path, layout);
  }
  if (layout.binary !== undefined) host.copy(host.self, layout.binary, 0o555);
  for (const file of layout.files) makeFile(host, file);
  for (const { path, target } of layout.links) {
    makeParent(host, path);
    host.link(path, target);
  }
  const { directories, files, links } = layout;
  return `made ${directories.length} directories, ${files.length} files, ${links.length} links`;
}

function makeFile(host: Host, { path, mode, base64 }: Layout["files"][number]): void {
  const content = decodeBase64(base64);
  if (content === undefined) throw new HostError("EINVAL", `${path}: its content is not base64`, path);
  makeParent(host, path);
  host.publish(path, content, mode);
}

function makeParent(host: Host, path: string): void {
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (host.stat(folder) === undefined) host.makeDirectory(folder, 0o755);
}

/** All but the directories of the layout: they may be mounts, and are emptied in their turn. */
function empty(host: Host, directory: string, { directories }: Layout): void {
  for (const name of host.list(directory) ?? []) {
    const child = `${directory}/${name}`;
    if (!directories.some(({ path }) => path === child || path.startsWith(`${child}/`))) host.remove(child);
  }
}

function parseLayout(text: string, from: string): Layout {
  const layout = parseObject(text);
  if (layout === undefined) throw new HostError("EINVAL", `${from} is not a JSON object`);
  if (layout["protocol"] !== PROTOCOL_VERSION)
    throw new HostError(
      "EPROTO",
      `${from} speaks protocol ${String(layout["protocol"])}, this entrypoint speaks ${PROTOCOL_VERSION}: use one version`,
    );
  if (isLayout(layout)) return layout;
  throw new HostError("EINVAL", `${from} is no layout: want directories, files and links, each with a path`);
}

const isLayout = (value: unknown): value is Layout =>
  isRecord(value) &&
  isText(value["binary"] ?? "") &&
  isListOf(value["directories"], ({ mode, own = false }) => isMode(mode) && typeof own === "boolean") &&
  isListOf(value["files"], ({ mode, base64 }) => isMode(mode) && isText(base64)) &&
  isListOf(value["links"], ({ target }) => isText(target));

const isMode = (mode: unknown): boolean => Number.isInteger(mode);

const isListOf = (list: unknown, is: (one: Readonly<Record<string, unknown>>) => boolean): boolean =>
  Array.isArray(list) && list.every((one) => isRecord(one) && isText(one["path"]) && is(one));
