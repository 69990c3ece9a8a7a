// Reads a Workflow as Argo and then a kubelet would, and checks it with the validator made from Argo's own schema.

import { Workflow } from "@kubernetes-models/argo-workflows/argoproj.io/v1alpha1";
import type { RenderedDocument } from "../../../injector/backends/backend.ts";
import type { Started } from "./_contract.ts";
import { invalidForKubernetes, type PodSpec, readContainer } from "./_kubernetes.ts";

export interface Template {
  readonly name: string;
  readonly containerSet?: { readonly containers: PodSpec["containers"] };
  readonly dag?: { readonly tasks: readonly { name: string; template: string; depends?: string }[] };
  readonly [field: string]: unknown;
}

export function templatesOf(documents: readonly RenderedDocument[]): readonly Template[] {
  const found = documents.find(({ kind }) => kind === "Workflow") as
    | { readonly spec: { readonly templates: readonly Template[] } }
    | undefined;
  if (found === undefined) throw new Error("no Workflow among the documents");
  return JSON.parse(JSON.stringify(found.spec.templates).replaceAll("{{='{{'}}", "{{"));
}

export const readWorkflow = (documents: readonly RenderedDocument[]): readonly Started[] =>
  templatesOf(documents).flatMap(({ containerSet }) => (containerSet?.containers ?? []).map(readContainer));

export function invalidForArgo(document: RenderedDocument): readonly string[] {
  if (document["kind"] !== "Workflow") return invalidForKubernetes(document);
  try {
    new Workflow(document as unknown as ConstructorParameters<typeof Workflow>[0]).validate();
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
