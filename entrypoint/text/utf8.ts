// Text as bytes and back, without TextEncoder and TextDecoder: ECMAScript itself has none, and the core knows no
// other world.

/** Bytes that `text` takes in UTF-8; a lone surrogate takes the three of U+FFFD. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (isPair(unit, text.charCodeAt(at + 1))) {
      length += 4;
      at++;
    } else length += 3;
  }
  return length;
}

/** The bytes of `text` in UTF-8; a lone surrogate becomes U+FFFD. */
export function bytesOfText(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  let at = 0;
  for (const letter of text) {
    const encoded = encodePoint(letter.codePointAt(0) ?? 0);
    bytes.set(encoded, at);
    at += encoded.length;
  }
  return bytes;
}

/** Bytes that are no UTF-8 become U+FFFD. */
export function textOfBytes(bytes: Uint8Array): string {
  const letters: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = lengthOf(bytes[at] ?? 0);
    const rest = bytes.subarray(at + 1, at + length);
    const whole = length > 0 && rest.length === length - 1 && rest.every((byte) => (byte & 0xc0) === 0x80);
    letters.push(whole ? letterOf(bytes[at] ?? 0, rest) : "\ufffd");
    at += whole ? length : 1;
  }
  return letters.join("");
}

function encodePoint(point: number): readonly number[] {
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), trail(point)];
  if (point >= 0xd800 && point <= 0xdfff) return [0xef, 0xbf, 0xbd];
  if (point < 0x10000) return [0xe0 | (point >> 12), trail(point >> 6), trail(point)];
  return [0xf0 | (point >> 18), trail(point >> 12), trail(point >> 6), trail(point)];
}

const trail = (bits: number): number => 0x80 | (bits & 0x3f);

const isPair = (high: number, low: number): boolean =>
  high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;

/** Bytes of the character that starts with this one; 0 where none does. */
function lengthOf(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

function letterOf(first: number, rest: Uint8Array): string {
  const lead = rest.length === 0 ? first : first & (0x3f >> rest.length);
  return String.fromCodePoint(rest.reduce((code, byte) => (code << 6) | (byte & 0x3f), lead));
}
