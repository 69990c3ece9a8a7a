// `step-init`: /tekton/steps/<name> and /tekton/steps/<index>, the two ways to a step's metadata (Tekton's).

import type { Host } from "../host.ts";
import { metadataDir, STEPS_DIR } from "../protocol/index.ts";

export function linkSteps(host: Host, names: readonly string[]): string {
  host.makeDirectory(STEPS_DIR);
  names.forEach((name, index) => {
    host.link(`${STEPS_DIR}/${name}`, metadataDir(index));
    host.link(`${STEPS_DIR}/${index}`, metadataDir(index));
  });
  return `linked ${names.length} steps`;
}
