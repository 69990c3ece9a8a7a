// `decode-script`: Tekton places scripts as base64. Atomic; and a script that was decoded before, because the init
// container was started again, is left alone: its first line says so, and no base64 begins with "#!".

import { type Host, HostError } from "../host.ts";
import { LIMITS } from "../protocol/index.ts";
import { decodeBase64 } from "../text/base64.ts";

export function decodeScript(host: Host, [path = ""]: readonly string[]): string {
  const text = host.read(path, LIMITS.script);
  const mode = host.stat(path)?.mode;
  if (text === undefined || mode === undefined) throw new HostError("ENOENT", `${path}: no such file`, path);
  if (text.startsWith("#!")) return `${path} is decoded already`;
  const decoded = decodeBase64(text);
  if (decoded === undefined) throw new HostError("EINVAL", `${path} is not base64`, path);
  host.publish(path, decoded, mode);
  return `decoded ${path}`;
}
