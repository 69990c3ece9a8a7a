// TextEncoder and TextDecoder (encoding.spec.whatwg.org) where the engine has none: the CEL library wants them. Only
// UTF-8, only whole texts. To be imported before the library.

import { bytesOfText, textOfBytes } from "./utf8.ts";

class Encoder {
  readonly encoding = "utf-8";

  encode(text = ""): Uint8Array {
    return bytesOfText(text);
  }
}

class Decoder {
  readonly encoding = "utf-8";

  decode(bytes: Uint8Array = new Uint8Array()): string {
    return textOfBytes(bytes);
  }
}

const engine = globalThis as { TextEncoder?: unknown; TextDecoder?: unknown };
engine.TextEncoder ??= Encoder;
engine.TextDecoder ??= Decoder;
