// The version of the program, the library and the documents they write.

import metadata from "../../package.json" with { type: "json" };

export const VERSION: string = metadata.version;
