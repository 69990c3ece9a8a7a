// A target whose manifest is text of its own, and no YAML, keeps what every other keeps: here JSON, a line a document.
import type { RenderedDocument, Renderer } from "../../../injector/backends/backend.ts";
import { kubernetes } from "../../../injector/backends/kubernetes/index.ts";
import { testBackend } from "./_contract.ts";
import { invalidForKubernetes, readPod } from "./_kubernetes.ts";

const lines: Renderer<object, string> = {
  name: "lines",
  flags: {},
  render: (plans, options) =>
    kubernetes
      .render(plans, options)
      .map((document) => `${JSON.stringify(document)}\n`)
      .join(""),
};

const documentsIn = (text: string): readonly RenderedDocument[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

testBackend({
  renderer: lines,
  read: (text) => readPod(documentsIn(text)),
  invalid: (text) => documentsIn(text).flatMap(invalidForKubernetes),
});
