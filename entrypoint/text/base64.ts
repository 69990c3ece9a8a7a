// Base64 (RFC 4648), for scripts and the termination message: ECMAScript itself has none.

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map([...ALPHABET].map((letter, value) => [letter.charCodeAt(0), value]));

/** The termination message wants it without padding. */
export function encodeBase64(bytes: Uint8Array, padding: "padded" | "bare"): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const word = (a << 16) | (b << 8) | c;
    const letters = Math.min(bytes.length - at, 3) + 1;
    for (let letter = 0; letter < letters; letter++) text += ALPHABET[(word >> (18 - 6 * letter)) & 63];
  }
  return padding === "bare" ? text : text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

/** With or without padding, line breaks allowed; undefined where the text is no base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const letters = text.replace(/[\r\n]/g, "").replace(/={1,2}$/, "");
  if (letters.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
  let word = 0;
  let filled = 0;
  for (let at = 0; at < letters.length; at++) {
    const value = VALUES.get(letters.charCodeAt(at));
    if (value === undefined) return undefined;
    word = ((word << 6) | value) & 0xffffff;
    if (at % 4 > 0) bytes[filled++] = (word >> (6 - 2 * (at % 4))) & 255;
  }
  return bytes;
}
