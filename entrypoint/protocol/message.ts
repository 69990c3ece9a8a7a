// The termination message: a JSON array that the kubelet hands to whoever watches the pod (Tekton pkg/result).

/** Tekton's numbers; 2 is reserved there. */
export const ResultType = {
  taskResult: 1,
  internal: 3,
  stepResult: 4,
  stepArtifacts: 5,
  taskArtifacts: 6,
} as const;
export type ResultType = (typeof ResultType)[keyof typeof ResultType];

/** in-toto ResourceDescriptor, the fields we write: where the bytes are, and what they must hash to. */
export interface ResourceDescriptor {
  readonly uri: string;
  readonly digest: { readonly sha256: string };
  /** Bytes; an annotation of ours, so that a reader can refuse before it reads. */
  readonly size: number;
}

/** What results are declared to be, by name: the values of -result_types and -step_result_types. Texts are not in it. */
export type ResultTypes = Readonly<
  Record<string, { readonly type: "array" | "object"; readonly keys?: readonly string[] }>
>;

export interface MessageEntry {
  readonly key: string;
  readonly value: string;
  readonly type: ResultType;
  /** Ours: present, with an empty `value`, where the value did not fit the budget and was left in its file. */
  readonly ref?: ResourceDescriptor;
}

/** Keys of type `internal`; the user's command cannot write these. */
export const InternalKey = { startedAt: "StartedAt", exitCode: "ExitCode", reason: "Reason" } as const;

/** kubelet keeps this many bytes a container … */
export const MESSAGE_LIMIT = 4096;
/** … and this many a pod, divided evenly by all its containers, init containers included. */
const POD_MESSAGE_LIMIT = 12_288;
/** In front of a raw-deflate, base64 (unpadded) message. */
export const COMPRESSED_PREFIX = "tknz:";

/** Bytes of termination message each of `containers` containers may use. */
export const messageBudget = (containers: number): number =>
  Math.min(MESSAGE_LIMIT, Math.floor(POD_MESSAGE_LIMIT / Math.max(1, containers)));
