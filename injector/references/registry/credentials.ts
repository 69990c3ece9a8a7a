// Credentials for registries, where Docker keeps them: `auths` and credential helpers of ~/.docker/config.json.

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Undefined where there are none for this registry. Secrets are never logged, and never part of an error. */
export async function credentialsFor(registry: string): Promise<Credentials | undefined> {
  const config = await dockerConfig();
  const names =
    registry === "registry-1.docker.io" ? ["https://index.docker.io/v1/", "docker.io", registry] : [registry];
  const helper = names.map((name) => config.credHelpers?.[name]).find((one) => one !== undefined);
  if (helper !== undefined) return fromHelper(helper, registry);
  const entry = names.flatMap((name) => config.auths?.[name] ?? config.auths?.[`https://${name}`] ?? [])[0];
  if (entry?.auth !== undefined) return decoded(entry.auth);
  if (entry?.username !== undefined && entry.password !== undefined)
    return { username: entry.username, password: entry.password };
  return config.credsStore === undefined ? undefined : fromHelper(config.credsStore, names[0] ?? registry);
}

interface DockerConfig {
  readonly auths?: Readonly<
    Record<string, { readonly auth?: string; readonly username?: string; readonly password?: string }>
  >;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

async function dockerConfig(): Promise<DockerConfig> {
  const folder = process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker");
  try {
    return JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
  } catch {
    return {};
  }
}

function decoded(auth: string): Credentials | undefined {
  const text = Buffer.from(auth, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** A helper that fails has nothing for us; asking without credentials then says what is missing. */
async function fromHelper(name: string, registry: string): Promise<Credentials | undefined> {
  if (!/^[\w.-]+$/.test(name)) return undefined;
  const result = await execa(`docker-credential-${name}`, ["get"], { input: registry, reject: false });
  if (result.failed) return undefined;
  const { Username: username, Secret: password } = JSON.parse(result.stdout);
  return { username, password };
}
