// What plain YAML scalars are, as Kubernetes' reader (sigs.k8s.io/yaml) has them: words and octals of YAML 1.1, Go's
// numbers, no timestamps, no base 60. Its table of cases is in the tests, recorded from that reader itself.

/** What a scalar can be; a bigint where a number would lose digits. */
export type ScalarValue = string | number | bigint | boolean | null;

/** A plain scalar without a tag. */
export function plainScalar(text: string): ScalarValue {
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (text.startsWith(".")) return FRACTION.test(text) ? finite(text.replaceAll("_", ""), text) : text;
  if (!/^[-+0-9]/.test(text)) return text;
  const digits = text.replaceAll("_", "");
  return integer(digits) ?? (FLOAT.test(digits) ? finite(digits, text) : text);
}

/** One with a tag; undefined where the text is nothing of the kind. Tags that are not YAML's own say nothing. */
export function taggedScalar(tag: string, text: string): ScalarValue | undefined {
  if (tag === `${YAML}str` || !(tag in TYPES)) return text;
  const value = plainScalar(text);
  return TYPES[tag]?.(value) === true ? value : undefined;
}

/** How a key is spelt that was written so and read as `value`; undefined for null and what is too large for one. */
export function keyText(written: string, value: ScalarValue): string | undefined {
  if (value === null || (typeof value === "bigint" && value >= 2n ** 63n)) return undefined;
  const isFloat = typeof value === "number" && integer(written.replaceAll("_", "")) === undefined;
  return isFloat ? shortFloat(value) : String(value);
}

const YAML = "tag:yaml.org,2002:";

const TYPES: Readonly<Record<string, (value: ScalarValue) => boolean>> = {
  [`${YAML}bool`]: (value) => typeof value === "boolean",
  [`${YAML}int`]: (value) => typeof value === "bigint" || Number.isInteger(value),
  [`${YAML}float`]: (value) => typeof value === "number" || typeof value === "bigint",
  [`${YAML}null`]: (value) => value === null,
  // Kubernetes carries bytes as base64 in its own fields.
  [`${YAML}binary`]: () => false,
};

const WORDS: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ...spelt(true, "y", "yes", "true", "on"),
  ...spelt(false, "n", "no", "false", "off"),
  ...spelt(null, "null"),
  ...spelt(Number.POSITIVE_INFINITY, ".inf", "+.inf"),
  ...spelt(Number.NEGATIVE_INFINITY, "-.inf"),
  ["", null],
  ["~", null],
  [".nan", Number.NaN],
  [".NaN", Number.NaN],
  [".NAN", Number.NaN],
]);

/** `word`, `Word` and `WORD`: other mixtures are texts. */
function spelt(value: ScalarValue, ...words: readonly string[]): (readonly [string, ScalarValue])[] {
  const titled = (word: string) => word.replace(/[a-z]/, (letter) => letter.toUpperCase());
  return words.flatMap((word) =>
    [word, titled(word), word.toUpperCase()].map((one) => [one, value] as const),
  );
}

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** Without a digit before the point an underscore needs one on both its sides. */
const FRACTION = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+)?$/;

/** A leading 0 means octal. What fits neither 64 bits with a sign nor without one is no integer. */
function integer(digits: string): number | bigint | undefined {
  const [, sign = "", number = ""] = /^([-+]?)(.*)$/.exec(digits) ?? [];
  const written = /^0[0-7]+$/.test(number) ? `0o${number.slice(1)}` : number.toLowerCase();
  if (!/^(?:0x[0-9a-f]+|0o[0-7]+|0b[01]+|0|[1-9][0-9]*)$/.test(written)) return undefined;
  const value = sign === "-" ? -BigInt(written) : BigInt(written);
  if (value < -(2n ** 63n) || value >= (sign === "" ? 2n ** 64n : 2n ** 63n)) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** A number that no float holds stays the text that it is. */
function finite(digits: string, text = digits): number | string {
  const value = Number(digits);
  return Number.isFinite(value) ? value : text;
}

/** As Go prints a float of 32 bits: as few digits as tell it from its neighbours. */
function shortFloat(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  const short = Math.fround(value);
  const digits = Array.from({ length: 9 }, (_, at) => short.toExponential(at)).find(
    (text) => Math.fround(Number(text)) === short,
  );
  const [mantissa = "0", exponent = "0"] = (digits ?? short.toExponential()).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < FIXED)
    return Number(digits).toFixed(Math.max(0, mantissa.replace(/\D/g, "").length - 1 - power));
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Where Go begins to write exponents. */
const FIXED = 6;
