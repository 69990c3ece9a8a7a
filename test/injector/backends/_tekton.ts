// Checks a TaskRun by everything that is checked of one that a user writes, Tekton's rules of names and fields included.

import { stringify } from "yaml";
import type { RenderedDocument } from "../../../injector/backends/backend.ts";
import { validate } from "../../../injector/check/validate.ts";
import { invalidForKubernetes } from "./_kubernetes.ts";

export function invalidForTekton(document: RenderedDocument): readonly string[] {
  if (document["kind"] !== "TaskRun") return invalidForKubernetes(document);
  return validate([{ path: "compiled.yaml", text: stringify(document) }]).map(({ message }) => message);
}
