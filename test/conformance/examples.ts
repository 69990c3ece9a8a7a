// The examples of a checkout of tektoncd/pipeline: what there is to run in each, the images it names, and what it needs that no
// machine without a network and a cluster has.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { hasStandIn } from "./images.ts";

export interface Example {
  /** Below the checkout. */
  readonly path: string;
  /** Its text; digests of images are left out, as nobody can make an image of a given digest. */
  readonly text: string;
  /** Its runs, as `--target` takes them; none where there is only one. */
  readonly targets: readonly (string | undefined)[];
  readonly images: readonly string[];
  /** Why it cannot run here, whatever runs it. */
  readonly need?: string;
}

export function readExamples(checkout: string): readonly Example[] {
  const names = readdirSync(join(checkout, "examples"), { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => readExample(checkout, join("examples", name)));
}

export function readExample(checkout: string, path: string): Example {
  const text = readFileSync(join(checkout, path), "utf8").replace(/@sha256:[0-9a-f]{64}/g, "");
  const images = [...new Set([...(text.match(IMAGE) ?? []), ...(text.match(BARE) ?? [])])];
  const need = needOf(text, images);
  return { path, text, targets: targetsOf(text), images, ...(need === undefined ? {} : { need }) };
}

/** A name with a registry's host in front. */
const IMAGE = /(?<![\w/.-])[a-z0-9-]+(\.[a-z0-9-]+)+\/[\w.-]+(\/[\w.-]+)*(:[\w.-]+)?(?=["'\s]|$)/g;

/** A value that is the whole name of an image of docker's own library. */
const BARE =
  /(?<=^ *(?:- )?(?:image|value|default): "?)(ubuntu|alpine|busybox|bash|redis)(:[\w.-]+)?(?="?$)/gm;

function targetsOf(text: string): readonly (string | undefined)[] {
  const runs = parseAllDocuments(text).flatMap((document) => {
    const { kind, metadata } = (document.toJS() ?? {}) as Partial<Named>;
    return kind === "TaskRun" || kind === "PipelineRun"
      ? [`${kind}/${metadata?.name ?? metadata?.generateName}`]
      : [];
  });
  return runs.length > 1 ? runs : [undefined];
}

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly generateName?: string };
}

/** The first that is said is the reason. */
const NEEDS: readonly (readonly [RegExp, string])[] = [
  [/os: windows|windows\/nanoserver/, "Windows"],
  [/resolver: cluster/, "cluster object: what its resolver finds in a cluster"],
  [/^ *csi:$/m, "cluster object: a driver of volumes"],
  [/resolver: (hub|git|http|bundles)/, "network: a remote reference"],
  [/gitRepo:/, "network: a volume that is a repository"],
];

function needOf(text: string, images: readonly string[]): string | undefined {
  const found = NEEDS.find(([pattern]) => pattern.test(text))?.[1];
  const image = images.find((name) => text.includes(`image: ${name}`) && !hasStandIn(name));
  return found ?? (image === undefined ? undefined : `network: the image ${image.replace(/^.*\//, "")}`);
}
