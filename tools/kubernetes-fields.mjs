// The fields of Kubernetes' objects that Tasks may have, from the types in kubernetes-models: prints the table, or
// writes it with --write. A test says when it is out of date.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOTS = [
  ...["EnvVar", "EnvFromSource", "VolumeMount", "VolumeDevice", "ContainerPort", "SecurityContext", "Probe"],
  ...["ResourceRequirements", "Lifecycle", "Volume", "PersistentVolumeClaim", "Toleration", "Affinity"],
  ...["PodSecurityContext", "PodDNSConfig", "LocalObjectReference", "HostAlias", "TopologySpreadConstraint"],
];
const FOLDERS = ["node_modules/kubernetes-models/v1", "node_modules/@kubernetes-models/apimachinery/apis/meta/v1"];
const SIMPLE = {
  string: "s",
  number: "i",
  boolean: "b",
  Quantity: "q",
  IntOrString: "n",
  Time: "s",
  MicroTime: "s",
  FieldsV1: "any",
  "{}": "any",
};
const FILE = "injector/documents/load/kubernetes-fields.ts";

const table = `// Made by tools/kubernetes-fields.mjs from Kubernetes' own API: each object with its fields and their types.
// s text, i whole number, b truth value, q quantity, n whole number or text; []x list of x, {}x map of x.

export const KUBERNETES_FIELDS = \`
${lines(ROOTS).join("\n")}
\`;
`;
if (process.argv.includes("--write")) writeFileSync(FILE, table);
else process.stdout.write(table);

/** Of the objects named, and of those that they are made of. */
function lines(names) {
  const found = new Map();
  const todo = [...names];
  for (const name of todo) {
    if (found.has(name)) continue;
    const fields = fieldsOf(name);
    found.set(name, `${name} ${fields.map(({ field, type }) => `${field}:${type}`).join(" ")}`);
    todo.push(...fields.map(({ type }) => type.replace(/^(?:\[\]|\{\})/, "")).filter((one) => /^[A-Z]/.test(one)));
  }
  return [...found.values()].sort();
}

function fieldsOf(name) {
  const text = FOLDERS.map((folder) => sourceOf(join(folder, `${name}.d.ts`))).find((one) => one !== undefined);
  const body = new RegExp(`export interface I${name}[^{]*\\{\\n(.*?)^\\}`, "ms").exec(text.replace(/\/\*\*.*?\*\//gs, ""));
  if (body === null) throw new Error(`no interface of ${name}`);
  const fields = body[1].replace(/\{\s*\[key: string\]: (.*?);\s*\}/gs, "Map<$1>");
  return [...fields.matchAll(/^ {4}"(.*?)"\??: (.*?);$/gm)].map(([, field, type]) => ({ field, type: typeOf(type) }));
}

function typeOf(text) {
  const [, holder, inner] = /^(Array|Map)<(.*)>$/s.exec(text) ?? [];
  if (holder !== undefined) return (holder === "Array" ? "[]" : "{}") + typeOf(inner);
  if (text.startsWith('"')) return "s";
  const name = text.replace(/^IIo(?:K8sApiCoreV1|K8sApimachineryPkg(?:ApisMetaV1|ApiResource|UtilIntstr))/, "");
  return SIMPLE[name] ?? name;
}

function sourceOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
