// Volumes of the pod: those of the plan, the downward API, and the image that holds the binary.

import { BIN_DIR, IMAGE_BINARY } from "../../../entrypoint/protocol/index.ts";
import { UserError } from "../../diagnostics/diagnostic.ts";
import { defined } from "../../documents/defined.ts";
import type { PlannedVolume } from "../../plan/model/plan.ts";
import type { RenderOptions } from "../backend.ts";
import type { Profile } from "./profile.ts";

export const DOWNWARD_VOLUME = "baton-downward";
const IMAGE_VOLUME = "baton-image";
/** Setting this annotation to anything cancels the run: every entrypoint reads it from a file. */
const CANCEL_ANNOTATION = "baton.run/cancel";

type Fields = Readonly<Record<string, unknown>>;

export const volumeOf = (volume: PlannedVolume, profile: Profile): Fields => ({
  name: volume.name,
  ...sourceOf(volume, profile),
});

export const downwardVolume = (): Fields => ({
  name: DOWNWARD_VOLUME,
  downwardAPI: {
    items: [{ path: "cancel", fieldRef: { fieldPath: `metadata.annotations['${CANCEL_ANNOTATION}']` } }],
  },
});

export const imageVolume = ({ entrypointImage }: RenderOptions): Fields => ({
  name: IMAGE_VOLUME,
  image: { reference: entrypointImage },
});

/** The binary comes straight from its image: whatever was mounted at /tekton/bin gives way. */
export function mountsWithImage<M extends { readonly mountPath: string }>(mounts: readonly M[]): Fields[] {
  const folder = IMAGE_BINARY.slice(1, IMAGE_BINARY.lastIndexOf("/"));
  return [
    ...mounts.filter(({ mountPath }) => mountPath !== BIN_DIR),
    { name: IMAGE_VOLUME, mountPath: BIN_DIR, subPath: folder, readOnly: true },
  ];
}

function sourceOf({ name, source }: PlannedVolume, profile: Profile): Fields {
  switch (source.kind) {
    case "empty": {
      const { medium, sizeLimit } = source;
      return {
        emptyDir: {
          ...defined({ medium, sizeLimit }),
        },
      };
    }
    case "folder":
      if (!profile.folders) throw folderError(name, source.path);
      return { hostPath: { path: source.path, type: "Directory" } };
    case "claim":
      return {
        persistentVolumeClaim: { claimName: source.claim, ...(source.readOnly ? { readOnly: true } : {}) },
      };
    case "claimTemplate":
      return { ephemeral: { volumeClaimTemplate: source.template } };
    case "configMap":
    case "secret":
    case "projected":
      return { [source.kind]: source.raw };
    case "kubernetes":
      return source.raw;
  }
}

const folderError = (name: string, path: string): UserError =>
  new UserError([
    {
      code: "folder-in-cluster",
      message: `the volume "${name}" is the folder ${path} of this machine, which a pod in a cluster cannot mount`,
      severity: "error",
      cure: "bind the workspace to an emptyDir, a claimName or a volumeClaimTemplate, or run on local, podman or docker",
    },
  ]);
