// What a step says of its cache: ours (docs/cache.md).

/** Whether what was run before is run again; or by what else it is known, and how long it is good for. */
export type CacheUse =
  | boolean
  | {
      /** Texts that belong to what it is: another text is another entry. */
      readonly key?: readonly string[];
      /** How old an entry may be: 24h. */
      readonly ttl?: string;
      /** Variables of its environment that change nothing of what it does. */
      readonly ignore?: readonly string[];
    };

/** What is said of it, as one shape; undefined where it is not to be cached. */
export const cacheUse = (use: CacheUse | undefined): Exclude<CacheUse, boolean> | undefined =>
  use === undefined || use === false ? undefined : use === true ? {} : use;
