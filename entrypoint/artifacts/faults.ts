// What keeps an artifact from having a digest, as the fault of the step that has declared it.

import { StepFault } from "../endings/fault.ts";
import { type FileDigest, HostError } from "../host.ts";

export const invalid = (name: string, why: string): StepFault =>
  new StepFault("ArtifactInvalid", `artifact "${name}": ${why}`);

/** What the system says of a file that is to be hashed. */
export function attempt<Value>(name: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw asFault(name, error);
  }
}

export const attemptDigest = (name: string, digest: Promise<FileDigest>): Promise<FileDigest> =>
  digest.catch((error: unknown) => {
    throw asFault(name, error);
  });

const asFault = (name: string, error: unknown): unknown =>
  error instanceof HostError ? invalid(name, error.message) : error;
