// Credentials of the run's ServiceAccount, where it and its Secrets are given: each step's entrypoint is told of the Secrets
// and has them mounted, as Tekton has it; it writes what git and registry clients read to a directory of its own.

import { CREDS_DIR, type Flags } from "../../../entrypoint/protocol/index.ts";
import { mistake } from "../../diagnostics/diagnostic.ts";
import type { DataObject } from "../../documents/spec.ts";
import { volumeSource } from "../bind/volumes.ts";
import { mountOf, secretVolume, VOLUME } from "../model/places.ts";
import type { Mount, PlannedStep, PlannedVolume } from "../model/plan.ts";
import type { PodContext } from "./context.ts";

export interface Credentials {
  readonly volumes: readonly PlannedVolume[];
  /** The step with what it needs of them. */
  with(step: PlannedStep): PlannedStep;
}

/** Throws UserError where nothing can be mounted, and nowhere else could they be read. */
export function credentialsOf({ run, part, places }: PodContext): Credentials {
  const secrets = secretsOf(run.data, part.pod.serviceAccountName ?? "default");
  const told = secrets.map(flagsOf);
  if (told.every((flags) => Object.keys(flags).length === 0)) return NONE;
  if (places.rooted) throw notHere(secrets);
  const volumes = secrets.map(({ name }, at) => ({
    name: secretVolume(at),
    source: volumeSource({ name: secretVolume(at), secret: { secretName: name } }, run.data),
  }));
  const mounts = secrets.map(
    ({ name }, at): Mount => mountOf(secretVolume(at), undefined, `${SECRETS}/${name}`, true),
  );
  return {
    volumes,
    with: (step) => ({
      ...step,
      mounts: [...step.mounts, ...mounts, mountOf(VOLUME.creds, String(step.index), CREDS_DIR, false)],
      flags: told.reduce(merged, step.flags),
    }),
  };
}

const SECRETS = "/tekton/creds-secrets";

const NONE: Credentials = { volumes: [], with: (step) => step };

/** Those that are given, of the account that is given, by name: Tekton's order. */
function secretsOf(data: readonly DataObject[], account: string): readonly DataObject[] {
  const named = data.find(({ kind, name }) => kind === "ServiceAccount" && name === account)?.secrets ?? [];
  return data
    .filter(({ kind, name }) => kind === "Secret" && named.includes(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function flagsOf({ name, type = "", annotations = {} }: DataObject): Flags {
  const urls = (prefix: string) =>
    Object.entries(annotations)
      .filter(([key]) => key.startsWith(`tekton.dev/${prefix}-`))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, url]) => `${name}=${url}`);
  const flags = {
    "basic-git": type === "kubernetes.io/basic-auth" ? urls("git") : [],
    "basic-docker": type === "kubernetes.io/basic-auth" ? urls("docker") : [],
    "ssh-git": type === "kubernetes.io/ssh-auth" ? urls("git") : [],
    "docker-config": type === "kubernetes.io/dockerconfigjson" ? [name] : [],
    "docker-cfg": type === "kubernetes.io/dockercfg" ? [name] : [],
  };
  return Object.fromEntries(Object.entries(flags).filter(([, values]) => values.length > 0));
}

const LISTS = ["basic-git", "basic-docker", "ssh-git", "docker-config", "docker-cfg"] as const;

const merged = (flags: Flags, more: Flags): Flags => ({
  ...flags,
  ...Object.fromEntries(
    LISTS.filter((name) => more[name] !== undefined).map((name) => [
      name,
      [...(flags[name] ?? []), ...(more[name] ?? [])],
    ]),
  ),
});

const notHere = (secrets: readonly DataObject[]) =>
  mistake(
    "credentials-not-here",
    `steps are to have the credentials of ${secrets.map(({ name }) => name).join(", ")}, and without private paths nothing can hand them over`,
    "install bubblewrap, or run with --on podman or --on docker",
  );
