// One admission review: what a Pod or Job asks for becomes a patch, and what cannot be is refused in words that kubectl shows.
// Pure, and an answer to anything: what is no review is said to be none.

import { UserError } from "../diagnostics/diagnostic.ts";
import { asRaw, isRaw } from "../documents/raw.ts";
import { faultsIn } from "../inject/faults.ts";
import { type InjectOptions, inject } from "../inject/inject.ts";
import { ORDER } from "../inject/order.ts";
import { type Fields, podIn } from "../inject/pod.ts";

export type Outcome = "untouched" | "injected" | "refused";

export interface Reviewed {
  readonly outcome: Outcome;
  /** The AdmissionReview to answer with. */
  readonly answer: object;
  /** Whose it was, for the log. */
  readonly about: {
    readonly uid: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
  };
  /** Why it was refused. */
  readonly message?: string;
}

/** Undefined where it is no AdmissionReview with a request. */
export function review(body: unknown, options: InjectOptions): Reviewed | undefined {
  const { apiVersion, kind, request } = asRaw(body);
  if (apiVersion !== "admission.k8s.io/v1" || kind !== "AdmissionReview" || !isRaw(request)) return undefined;
  const { uid, object, operation, namespace = "" } = request;
  if (typeof uid !== "string" || uid === "") return undefined;
  const document = operation === "CREATE" ? asRaw(object) : {};
  const { name, generateName = "" } = asRaw(document["metadata"]);
  const about = {
    uid,
    kind: String(document["kind"] ?? ""),
    namespace: String(namespace),
    name: String(name ?? generateName),
  };
  const answer = (response: object) => ({ apiVersion, kind, response: { uid, ...response } });
  const { patch, message } = judged(document, options);
  if (message !== undefined) {
    const status = { code: 422, reason: "Invalid", message };
    return { outcome: "refused", about, message, answer: answer({ allowed: false, status }) };
  }
  if (patch.length === 0) return { outcome: "untouched", about, answer: answer({ allowed: true }) };
  const base64 = Buffer.from(JSON.stringify(patch)).toString("base64");
  return {
    outcome: "injected",
    about,
    answer: answer({ allowed: true, patchType: "JSONPatch", patch: base64 }),
  };
}

interface Judged {
  readonly patch: readonly Operation[];
  readonly message?: string;
}

/** Most of what a cluster admits never heard of us, and most of the rest is right: all that is wrong is looked for last. */
function judged(document: Fields, options: InjectOptions): Judged {
  const names = Object.keys(podIn(document)?.annotations ?? {}).filter((name) => name.includes("baton"));
  if (names.every((name) => name === ORDER || name === CANCEL))
    try {
      return { patch: names.includes(ORDER) ? patchOf(document, options) : [] };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  const faults = faultsIn(document, options).filter(({ path }) => path.at(-1) !== CANCEL);
  if (faults.length === 0) return { patch: [] };
  return {
    patch: [],
    message: faults.map(({ fault: { message, cure } }) => `${message} (${cure})`).join("; "),
  };
}

/** Ours, on pods that run: nothing to order. */
const CANCEL = "baton.run/cancel";

interface Operation {
  readonly op: "add";
  readonly path: string;
  readonly value: unknown;
}

/** What injecting has changed: whole fields of the pod's spec, and none where it has its order already. */
function patchOf(document: Fields, options: InjectOptions): readonly Operation[] {
  const before = podIn(document);
  const after = podIn(inject(document, options));
  if (before === undefined || after === undefined || before.spec === after.spec) return [];
  return Object.entries(after.spec)
    .filter(([field, value]) => before.spec[field] !== value)
    .map(([field, value]) => ({ op: "add", path: `/${[...before.path, field].join("/")}`, value }));
}
