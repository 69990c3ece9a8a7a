// The forms in which a run can be told.

/** `json`: the run record at the end; `events`: each event as it happens, a line of JSON each (NDJSON). */
export const RUN_FORMATS = ["text", "json", "events"] as const;

export type RunFormat = (typeof RUN_FORMATS)[number];

/** `baton lineage`. */
export const LINEAGE_FORMATS = ["text", "json", "mermaid", "dot", "svg"] as const;
