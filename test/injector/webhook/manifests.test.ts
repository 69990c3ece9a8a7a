// examples/webhook: valid for Kubernetes' official schemas, and as restricted as its namespace asks for.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { validate as isWebhook } from "kubernetes-models/_schemas/IoK8sApiAdmissionregistrationV1MutatingWebhookConfiguration";
import { validate as isDeployment } from "kubernetes-models/_schemas/IoK8sApiAppsV1Deployment";
import { validate as isNamespace } from "kubernetes-models/_schemas/IoK8sApiCoreV1Namespace";
import { validate as isService } from "kubernetes-models/_schemas/IoK8sApiCoreV1Service";
import { validate as isAccount } from "kubernetes-models/_schemas/IoK8sApiCoreV1ServiceAccount";
import { validate as isPolicy } from "kubernetes-models/_schemas/IoK8sApiNetworkingV1NetworkPolicy";
import { validate as isBudget } from "kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { refuseUnrestricted } from "../../../injector/backends/kubernetes/restricted.ts";

const FOLDER = join(import.meta.dirname, "../../../examples/webhook");
const textOf = (file: string): string => readFileSync(join(FOLDER, file), "utf8");

interface Validator {
  (document: unknown): boolean;
  errors?: unknown;
}

const VALIDATORS = {
  Namespace: isNamespace,
  ServiceAccount: isAccount,
  Deployment: isDeployment,
  PodDisruptionBudget: isBudget,
  Service: isService,
  NetworkPolicy: isPolicy,
  MutatingWebhookConfiguration: isWebhook,
} as unknown as Readonly<Record<string, Validator>>;

const files: readonly string[] = parse(textOf("kustomization.yaml")).resources;

test("the kustomization has every file", () => {
  expect([...files, "kustomization.yaml"].toSorted()).toEqual(readdirSync(FOLDER).toSorted());
});

test.each(files)("%s is valid", (file) => {
  for (const document of parseAllDocuments(textOf(file)).map((one) => one.toJS())) {
    const validate = VALIDATORS[document.kind];
    expect(validate?.(document), JSON.stringify(validate?.errors)).toBe(true);
    if (document.kind === "Deployment") refuseUnrestricted("webhook", document.spec.template.spec);
  }
});
