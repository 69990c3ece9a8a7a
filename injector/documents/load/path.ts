// Places in a document, as paths.

/** From the root of a document to a node: `["spec", "steps", 0, "image"]`. */
export type Path = readonly (string | number)[];

/** What is meant at a path: the value, its key, or a piece of the value's text, with so many like it in front. */
export type Part = "key" | "value" | { readonly text: string; readonly before?: number };
