// Any existing Pod, Job or CronJob, made to run its containers in order: the annotation `baton.run/order` says which.
// Nothing else of it is touched, and one that has been injected already comes back as it is.

import {
  BIN_DIR,
  BINARY,
  type Flags,
  formatFlags,
  IMAGE_BINARY,
  LAYOUT_VARIABLE,
  type Layout,
  metadataDir,
  PROTOCOL_VERSION,
  postFile,
  RUN_DIR,
  runDir,
} from "../../entrypoint/protocol/index.ts";
import { layoutSecurity } from "../backends/kubernetes/security.ts";
import { mistake } from "../diagnostics/diagnostic.ts";
import { isRaw } from "../documents/raw.ts";
import { containerWords, type ImageCommand, pinned } from "../references/image-command.ts";
import { escapeVariables } from "../substitute/expansion.ts";
import { ORDER, type Order, parseOrder } from "./order.ts";
import { type Fields, itemsOf, type PodIn, podIn } from "./pod.ts";

export interface InjectOptions {
  /** Image that holds the entrypoint at /ko-app/entrypoint. */
  readonly entrypointImage: string;
  /** What images run by themselves, for containers without a command (`lookUpCommands`). */
  readonly commands?: ReadonlyMap<string, ImageCommand>;
}

/**
 * The same object where nothing is to be done: other documents, and pods without the annotation. Of whatever type the caller has
 * its pods (`V1Pod` of @kubernetes/client-node, `Pod` of kubernetes-types, parsed YAML). Throws UserError.
 */
export const inject = <T extends object>(document: T, options: InjectOptions): T =>
  injected(document as Fields, options) as T;

function injected(document: Fields, options: InjectOptions): Fields {
  const items = itemsOf(document);
  if (items !== undefined) {
    const each = items.map((item) => injected(item, options));
    return each.every((one, index) => one === items[index]) ? document : { ...document, items: each };
  }
  const found = orderedPod(document);
  if (found === undefined) return document;
  const { pod, containers, order } = found;
  assertStays(pod, containers);
  return pod.with({
    ...pod.spec,
    initContainers: [layoutContainer(order, options), ...listOf(pod.spec["initContainers"])],
    containers: containers.map((one) => (order.has(nameOf(one)) ? ordered(one, order, options) : one)),
    volumes: [...listOf(pod.spec["volumes"]), ...[BIN, RUN].map((name) => ({ name, emptyDir: {} }))],
  });
}

/** Images of the containers that need an order and have no command: what `commands` is to say. Throws UserError. */
export function commandlessImages(given: object): readonly string[] {
  const document = given as Fields;
  const items = itemsOf(document);
  if (items !== undefined) return items.flatMap(commandlessImages);
  const { containers = [], order } = orderedPod(document) ?? {};
  return containers
    .filter((one) => order?.has(nameOf(one)) === true && textsOf(one["command"]).length === 0)
    .map(({ image }) => String(image));
}

/** Undefined where nothing asks for an order, or has it already. */
function orderedPod(document: Fields) {
  const pod = podIn(document);
  const text = pod?.annotations[ORDER];
  if (pod === undefined || text === undefined || isInjected(pod.spec)) return undefined;
  const containers = listOf(pod.spec["containers"]);
  return { pod, containers, order: parseOrder(text, containers.map(nameOf)) };
}

const LAYOUT = "baton-layout";
const BIN = "baton-bin";
const RUN = "baton-run";
/** Where the layout's maker has the volumes. */
const MADE = "/baton";

const nameOf = (container: Fields): string => String(container["name"]);

const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isRaw) : []);

const isInjected = (spec: Fields): boolean =>
  listOf(spec["initContainers"]).some((one) => nameOf(one) === LAYOUT);

function layoutContainer(order: Order, { entrypointImage }: InjectOptions): Fields {
  const layout: Layout = {
    protocol: PROTOCOL_VERSION,
    binary: `${MADE}/bin/entrypoint`,
    directories: [...order.keys()].map((_, index) => ({ path: `${MADE}/run/${index}`, mode: 0o777 })),
    files: [],
    links: [],
  };
  return {
    name: LAYOUT,
    image: entrypointImage,
    command: [IMAGE_BINARY],
    args: ["layout"],
    env: [{ name: LAYOUT_VARIABLE, value: escapeVariables(JSON.stringify(layout)) }],
    securityContext: layoutSecurity,
    volumeMounts: [
      { name: BIN, mountPath: `${MADE}/bin` },
      { name: RUN, mountPath: `${MADE}/run` },
    ],
    terminationMessagePolicy: "FallbackToLogsOnError",
  };
}

/**
 * The entrypoint and its flags come before the container's own words, which stay where they are. They go on in Kubernetes'
 * language of `$(VAR)`; the container's own termination message stays its own.
 */
function ordered(container: Fields, order: Order, { commands }: InjectOptions): Fields {
  const names = [...order.keys()];
  const index = names.indexOf(nameOf(container));
  const needs = order.get(nameOf(container)) ?? [];
  const flags: Flags = {
    wait_file: needs.map((need) => postFile(names.indexOf(need))),
    post_file: postFile(index),
    termination_path: `${runDir(index)}/termination`,
    step_name: nameOf(container),
    step_metadata_dir: metadataDir(index),
  };
  const entrypoint = [BINARY, ...formatFlags(flags).map(escapeVariables), "-entrypoint"];
  return {
    ...container,
    ...wordsOf(container, commands?.get(String(container["image"])), entrypoint),
    volumeMounts: [
      ...listOf(container["volumeMounts"]),
      { name: BIN, mountPath: BIN_DIR, readOnly: true },
      { name: RUN, mountPath: RUN_DIR, readOnly: true },
      { name: RUN, mountPath: runDir(index), subPath: String(index) },
    ],
  };
}

/** The image stays as it is, unless it was looked up: then what runs is what was read. */
function wordsOf(container: Fields, known: ImageCommand | undefined, entrypoint: readonly string[]): Fields {
  const command = textsOf(container["command"]);
  if (command.length > 0) return { command: [...entrypoint, ...afterFirst(command)] };
  const args = textsOf(container["args"]);
  const words = known === undefined ? [] : containerWords(known, args);
  if (known === undefined || words.length === 0) throw unknownCommand(container);
  const image = pinned(String(container["image"]), known);
  const own = words.slice(0, words.length - args.length);
  return own.length > 0
    ? { image, command: [...entrypoint, ...afterFirst(own)] }
    : { image, command: entrypoint, args: afterFirst(args) };
}

/** The program, and behind `--` its words. */
const afterFirst = ([program = "", ...words]: readonly string[]): readonly string[] => [
  program,
  "--",
  ...words,
];

const unknownCommand = (container: Fields) =>
  mistake(
    "unknown-command",
    `the container "${nameOf(container)}" has no command, and what its image ${container["image"]} runs by itself is not known`,
    "give the container a command",
  );

const textsOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** Whether kubelet starts an ended container anew, whose steps have said how they ended by then. */
function assertStays({ spec }: PodIn, containers: readonly Fields[]): void {
  const policies = [
    spec["restartPolicy"] ?? "Always",
    ...containers.map((one) => one["restartPolicy"] ?? "Never"),
  ];
  const restarts = policies.find((policy) => policy !== "Never");
  if (restarts === undefined) return;
  throw mistake(
    "restarting-pod",
    `the pod starts its containers again when they end (restartPolicy: ${restarts}), so there is no order of their ends`,
    "set restartPolicy: Never",
  );
}
