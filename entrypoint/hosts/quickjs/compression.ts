// Raw deflate and its inverse, loaded when a message is compressed or read: most steps never do.

import type * as codec from "./codec.ts";
import { loadModule } from "./modules.ts";

const theCodec = () => loadModule("codec.js") as typeof codec;

export const deflate = (content: string): Uint8Array => theCodec().deflate(content);

export const inflate = (content: Uint8Array, limit: number): string => theCodec().inflate(content, limit);
