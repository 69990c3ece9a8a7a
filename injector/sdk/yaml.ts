// toYaml: definitions as documents, the same bytes each time.

import { printDocuments } from "../documents/print.ts";
import { plain } from "./plain.ts";

/** One document for each object, separated by `---`; fields in one fixed order, scripts as blocks. */
export const toYaml = (...objects: readonly object[]): string => printDocuments(objects.map(plain));
