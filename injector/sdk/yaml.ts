// toYaml: documents as Kubernetes' readers (YAML 1.1) and ours (1.2) both understand them, the same bytes each time.

import { stringify } from "yaml";
import { plain } from "./plain.ts";

/** One document for each object, separated by `---`; fields in one fixed order, scripts as blocks. */
export const toYaml = (...objects: readonly object[]): string =>
  objects.map((object) => stringify(plain(object), FORMAT)).join("---\n");

/** `compat` quotes what YAML 1.1 would read as something else, such as `on` and `012`. */
const FORMAT = { lineWidth: 0, compat: "yaml-1.1", aliasDuplicateObjects: false } as const;
