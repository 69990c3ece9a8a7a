// Fetch: what references with a resolver lead to, and what that refers to in turn, pinned by the lock. The only step
// between load and plan that touches the world; with everything pinned and kept, not even that.

import { createHash } from "node:crypto";
import { reachable } from "../check/refs.ts";
import { type Diagnostic, UserError } from "../diagnostics/diagnostic.ts";
import { listed } from "../diagnostics/nearest.ts";
import { isData, libraryOf } from "../documents/library.ts";
import { type Loaded, type LoadedDocument, load } from "../documents/load.ts";
import { isOpen, refKey, refsOf, resolverParams } from "../documents/refs.ts";
import { type RunChoice, withKnownValues } from "../resolve/known-values.ts";
import { changed, faultAt, lockProblem, paramProblem, type RemoteRef } from "./fetch/faults.ts";
import { sourceOf } from "./fetch/source.ts";
import { type Lock, type LockEntry, lockKey, lockKeyOf } from "./lock.ts";
import { safeParams } from "./peer.ts";
import { type Resolver, ResolverError } from "./resolver.ts";
import { RESOLVERS } from "./resolvers/index.ts";

/** Texts by their sha256 (hex), so that what is pinned needs no network. */
export interface TextStore {
  get(sha256: string): Promise<string | undefined>;
  put(sha256: string, text: string): Promise<void>;
}

export interface FetchOptions {
  readonly lock?: Lock;
  /** Refuse what is not in the lock. */
  readonly locked?: boolean;
  /** Fetch anew what is in the lock. */
  readonly update?: boolean;
  readonly store?: TextStore;
  readonly signal?: AbortSignal;
  /** What is going to be run: its values may stand in the params of references. */
  readonly run?: RunChoice;
}

export interface FetchResult {
  readonly loaded: Loaded;
  /** The given lock with what was fetched. */
  readonly lock: Lock;
}

/** Follows every reference with a resolver. Throws UserError with all that could not be had, each at its place. */
export async function fetchRefs(loaded: Loaded, options: FetchOptions = {}): Promise<FetchResult> {
  const lock = new Map(options.lock);
  let current = withKnownValues(loaded, options.run ?? {});
  for (let round = unfetched(current); round.length > 0; round = unfetched(current)) {
    const results = await Promise.all(round.map((one) => attempt(one, options)));
    const faults = results.flatMap((one) => ("faults" in one ? one.faults : []));
    if (faults.length > 0) throw new UserError(faults);
    const fetched = new Map(current.fetched);
    const sources = [...current.sources];
    for (const one of results)
      if ("entry" in one) {
        fetched.set(one.key, one.documents);
        lock.set(lockKey(one.entry), one.entry);
        sources.push(sourceOf(one.entry));
      }
    current = withKnownValues({ ...current, fetched, sources }, options.run ?? {});
  }
  return { loaded: current, lock };
}

/**
 * What the given documents lead to and nobody has fetched, each reference once. Those that `check` will refuse anyway
 * (`cluster`, unknown ones), and those that hang on values which are not known, are left to it.
 */
function unfetched(loaded: Loaded): readonly RemoteRef[] {
  const refs = reachable(loaded, libraryOf(loaded)).documents.flatMap(remoteRefs);
  return [...new Map(refs.map((one) => [refKey(one.ref), one])).values()].filter(
    ({ ref }) => loaded.fetched?.has(refKey(ref)) !== true && !isOpen(ref),
  );
}

const remoteRefs = (document: LoadedDocument): readonly RemoteRef[] =>
  isData(document.object)
    ? []
    : refsOf(document.object)
        .filter(({ ref }) => RESOLVERS.has(ref.resolver ?? ""))
        .map((found) => ({ ...found, document }));

type Attempt =
  | { readonly key: string; readonly documents: readonly LoadedDocument[]; readonly entry: LockEntry }
  | { readonly faults: readonly Diagnostic[] };

async function attempt(remote: RemoteRef, options: FetchOptions): Promise<Attempt> {
  const { ref, kind } = remote;
  const resolver = RESOLVERS.get(ref.resolver ?? "");
  if (resolver === undefined) return { faults: [] };
  const problem = paramProblem(remote, resolver) ?? lockProblem(remote, options);
  if (problem !== undefined) return { faults: [problem] };
  try {
    const known = options.update === true ? undefined : options.lock?.get(lockKeyOf(ref));
    return await follow(remote, resolver, known, options);
  } catch (error) {
    if (!(error instanceof ResolverError)) throw error;
    return {
      faults: [faultAt(remote, "fetch-failed", `${kind} by ${resolver.name}: ${error.message}`, error.cure)],
    };
  }
}

async function follow(
  remote: RemoteRef,
  resolver: Resolver,
  known: LockEntry | undefined,
  { store, signal = AbortSignal.timeout(60_000) }: FetchOptions,
): Promise<Attempt> {
  const params = resolverParams(remote.ref);
  const kept = known && (await keptText(known.sha256, store));
  const { text, source, pin } =
    kept === undefined
      ? await resolver.fetch(params, { kind: remote.kind, signal, ...(known && { pin: known.pin }) })
      : {
          text: kept,
          source: `${resolver.name} ${Object.values(safeParams(params)).join(" ")}`,
          pin: known?.pin ?? {},
        };
  const sha256 = digest(text);
  if (known !== undefined && known.sha256 !== sha256) return { faults: [changed(remote, source)] };
  if (kept === undefined) await store?.put(sha256, text);
  return read(remote, text, source, {
    resolver: resolver.name,
    params: safeParams(params),
    pin,
    sha256,
  });
}

/** What the store holds is verified before use, as anything fetched is. */
async function keptText(sha256: string, store: TextStore | undefined): Promise<string | undefined> {
  const text = await store?.get(sha256);
  return text !== undefined && digest(text) === sha256 ? text : undefined;
}

function read(remote: RemoteRef, text: string, source: string, entry: LockEntry): Attempt {
  const { documents, diagnostics } = load([{ path: source, text }]);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return { faults: errors };
  const inLibrary = documents.map((one) => ({ ...one, library: true }));
  if (inLibrary.some(({ object }) => object.kind === remote.kind))
    return { key: refKey(remote.ref), documents: inLibrary, entry };
  const there = inLibrary.map(({ object }) => object.kind);
  const cure = there.length === 0 ? "check what it refers to" : `it holds ${listed(there)}`;
  return { faults: [faultAt(remote, "fetch-failed", `${source} holds no ${remote.kind}`, cure)] };
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
