// Whether an engine is to be used as if it were on another machine.

/** `BATON_ENGINE=elsewhere`: for an engine that baton takes for one of this machine and is not. */
export const isSaidElsewhere = (): boolean => process.env["BATON_ENGINE"] === "elsewhere";
