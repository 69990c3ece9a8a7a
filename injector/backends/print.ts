// Rendered documents as the text of a manifest.

import { Document, isScalar, visit } from "yaml";
import type { RenderedDocument } from "./backend.ts";

/**
 * YAML in the order the documents have, without anchors and folded lines: what reviews well and never changes. Words that
 * only YAML 1.1 takes for something else (`yes`, `1:30`) are quoted, because Kubernetes' and compose's readers do.
 */
export const printDocuments = (documents: readonly RenderedDocument[]): string =>
  documents.map(printDocument).join("---\n");

function printDocument(content: RenderedDocument): string {
  const document = new Document(content, { version: "1.1", aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (isScalar(node) && typeof node.value === "string" && node.value.includes("\n"))
        node.type = isPlainText(node.value) ? "BLOCK_LITERAL" : "QUOTE_DOUBLE";
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Lines that a block literal carries as they are: no blank at either end of one, nothing unprintable. */
const isPlainText = (text: string): boolean =>
  text.split("\n").every((line, at) => !/\s$/.test(line) && !(at === 0 && /^(\s|$)/.test(line))) &&
  !/[^\t\n\x20-\x7e\u00a0-\ud7ff]/.test(text);
