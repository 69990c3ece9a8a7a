// What can be said against a reference with a resolver, at its place.

import type { Code } from "../../diagnostics/codes.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { listed } from "../../diagnostics/nearest.ts";
import type { LoadedDocument } from "../../documents/load.ts";
import type { FoundRef } from "../../documents/refs.ts";
import { resolverParams } from "../../documents/refs.ts";
import { type Lock, lockKeyOf } from "../lock.ts";
import type { Resolver } from "../resolver.ts";

export interface RemoteRef extends FoundRef {
  readonly document: LoadedDocument;
}

export function paramProblem(remote: RemoteRef, resolver: Resolver): Diagnostic | undefined {
  const params = resolverParams(remote.ref);
  const known = [...resolver.required, ...resolver.optional];
  const missing = resolver.required.find((name) => params[name] === undefined);
  if (missing !== undefined)
    return faultAt(
      remote,
      "resolver-param",
      `the resolver "${resolver.name}" needs its param "${missing}"`,
      `add {name: ${missing}, value: …}`,
    );
  const unknown = Object.keys(params).find((name) => !known.includes(name));
  if (unknown !== undefined)
    return faultAt(
      remote,
      "resolver-param",
      `the resolver "${resolver.name}" has no param "${unknown}" here`,
      `it knows ${listed(known)}`,
    );
  return undefined;
}

export const lockProblem = (
  remote: RemoteRef,
  { lock, locked }: { readonly lock?: Lock; readonly locked?: boolean },
): Diagnostic | undefined =>
  locked === true && lock?.has(lockKeyOf(remote.ref)) !== true
    ? faultAt(
        remote,
        "not-locked",
        "this reference is not in the lock file",
        "run once without --locked, and commit the lock file",
      )
    : undefined;

export const changed = (remote: RemoteRef, source: string): Diagnostic =>
  faultAt(
    remote,
    "lock-mismatch",
    `${source} is no longer what the lock file pins`,
    "find out why; then pin it anew with --update",
  );

export const faultAt = (
  { document, path }: RemoteRef,
  code: Code,
  message: string,
  cure: string,
): Diagnostic => ({
  code,
  severity: "error",
  message,
  place: document.place([...path, "resolver"]),
  cure,
});
