// What a step's record says of its cache.

export interface CacheStatus {
  /** What the step is known by: lowercase hex. Absent where it has none, and so could not be cached. */
  readonly key?: string;
  /** What it leaves was taken from the cache, and its command was not run. */
  readonly hit: boolean;
  /** The run that made what was taken. */
  readonly from?: string;
}

export function isCacheStatus(value: unknown): value is CacheStatus {
  if (typeof value !== "object" || value === null) return false;
  const { key, hit, from } = value as Readonly<Record<string, unknown>>;
  const isKey = key === undefined || (typeof key === "string" && /^[0-9a-f]{64}$/.test(key));
  const isRun = from === undefined || (typeof from === "string" && from.length <= 256);
  return isKey && typeof hit === "boolean" && isRun;
}
