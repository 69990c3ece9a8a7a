// The protocol: everything that one copy of the entrypoint, its peers, and the injector must agree on.
// It imports nothing, keeps no state and touches no host. Names follow Tekton's contract where it has one;
// what is ours is marked so. A change here is a commit of its own.

export * from "./artifacts.ts";
export * from "./beneath.ts";
export type * from "./cache.ts";
export * from "./cache-status.ts";
export * from "./collected.ts";
export * from "./duration.ts";
export * from "./flag-table.ts";
export * from "./flags.ts";
export * from "./layout.ts";
export * from "./message.ts";
export * from "./paths.ts";
export * from "./references.ts";
export * from "./status.ts";
export * from "./task-refs.ts";
export * from "./urls.ts";
