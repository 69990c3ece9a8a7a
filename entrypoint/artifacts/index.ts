// What hashes artifacts: a module of its own, loaded when a step has declared some.

export { record } from "./record.ts";
export { verify } from "./verify.ts";
