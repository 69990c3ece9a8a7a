// Registry credentials: everything the flags name, merged into one .docker/config.json. The later source wins:
// -docker-cfg, -docker-config, -basic-docker (Tekton's order).

import { StepFault } from "../endings/fault.ts";
import type { Host } from "../host.ts";
import type { Flags } from "../protocol/index.ts";
import { encodeBase64 } from "../text/base64.ts";
import { parseObject } from "../text/json.ts";
import { bytesOfText } from "../text/utf8.ts";
import { refuseTwice, secretAndUrl, secretKey } from "./secret.ts";

export function writeDockerConfig(host: Host, flags: Flags, directory: string): void {
  const basic = (flags["basic-docker"] ?? []).map((text) => secretAndUrl("basic-docker", text));
  refuseTwice(
    "basic-docker",
    basic.map(({ url }) => url),
  );
  const auths = {
    ...mergeAll((flags["docker-cfg"] ?? []).map((secret) => authsOf(host, secret, ".dockercfg"))),
    ...mergeAll((flags["docker-config"] ?? []).map((secret) => authsOf(host, secret, ".dockerconfigjson"))),
    ...mergeAll(basic.map(({ secret, url }) => ({ [url]: basicAuth(host, secret) }))),
  };
  if (Object.keys(auths).length === 0) return;
  host.makeDirectory(`${directory}/.docker`);
  host.publish(`${directory}/.docker/config.json`, JSON.stringify({ auths }), 0o600);
}

type Auths = Readonly<Record<string, unknown>>;

const mergeAll = (all: readonly Auths[]): Auths => Object.assign({}, ...all) as Auths;

/** A .dockercfg is the map itself, a .dockerconfigjson has it under "auths". */
function authsOf(host: Host, secret: string, key: string): Auths {
  const value = parseObject(secretKey(host, secret, key));
  const auths = key === ".dockercfg" ? value : value?.["auths"];
  if (typeof auths === "object" && auths !== null) return auths as Auths;
  throw new StepFault("CannotPrepare", `the secret "${secret}" has no registry credentials in ${key}`);
}

function basicAuth(host: Host, secret: string): Auths {
  const username = secretKey(host, secret, "username");
  const password = secretKey(host, secret, "password");
  const auth = encodeBase64(bytesOfText(`${username}:${password}`), "padded");
  return { username, password, auth, email: "not@val.id" };
}
