import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeBase64, encodeBase64 } from "../../../entrypoint/text/base64.ts";
import { bytesOfText, textOfBytes, utf8Length } from "../../../entrypoint/text/utf8.ts";

const anyText = fc.string({ unit: "binary" });

test("text becomes the bytes that everybody else makes of it", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect([...bytesOfText(text)]).toEqual([...Buffer.from(text, "utf8")]);
      expect(utf8Length(text)).toBe(Buffer.byteLength(text));
    }),
  );
});

test("bytes become text again; what is no UTF-8 becomes U+FFFD", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(textOfBytes(bytesOfText(text))).toBe(text.toWellFormed());
    }),
  );
  expect(textOfBytes(Uint8Array.of(0x61, 0xff, 0xc3, 0x62, 0xe2, 0x82))).toBe("a\ufffd\ufffdb\ufffd\ufffd");
});

test("base64 is everybody's, with padding and without", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const padded = Buffer.from(bytes).toString("base64");
      expect(encodeBase64(bytes, "padded")).toBe(padded);
      expect(encodeBase64(bytes, "bare")).toBe(padded.replaceAll("=", ""));
      expect([...(decodeBase64(padded) ?? [])]).toEqual([...bytes]);
      expect([...(decodeBase64(encodeBase64(bytes, "bare")) ?? [])]).toEqual([...bytes]);
    }),
  );
});

test.each(["a", "ab*d", "Zm9v!", "é", "YQ==YQ=="])("%j is not base64", (text) => {
  expect(decodeBase64(text)).toBeUndefined();
});
