// Kubernetes quantities ("500m", "1.5", "2Gi", "1e3") as thousandths, in whole numbers.

const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-6,
  u: 1e-3,
  m: 1,
  "": 1e3,
  k: 1e6,
  M: 1e9,
  G: 1e12,
  T: 1e15,
  P: 1e18,
  E: 1e21,
  Ki: 1e3 * 2 ** 10,
  Mi: 1e3 * 2 ** 20,
  Gi: 1e3 * 2 ** 30,
  Ti: 1e3 * 2 ** 40,
  Pi: 1e3 * 2 ** 50,
  Ei: 1e3 * 2 ** 60,
};

/** Thousandths, rounded up as Kubernetes does; undefined where it is no quantity. */
export function parseQuantity(text: unknown): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(String(text));
  const factor = SUFFIXES[match?.[2] ?? "?"];
  return match === null || factor === undefined ? undefined : Math.ceil(Number(match[1]) * factor);
}

/** The shortest usual form: 1500 → "1500m", 2000 → "2", 2^31 thousandfold → "2Gi". */
export function formatQuantity(thousandths: number): string {
  if (thousandths % 1e3 !== 0) return `${thousandths}m`;
  const fitting = ["Ei", "Pi", "Ti", "Gi", "Mi", "Ki"].find(
    (suffix) => thousandths % (SUFFIXES[suffix] ?? 1) === 0,
  );
  const suffix = thousandths === 0 ? "" : (fitting ?? "");
  return `${thousandths / (SUFFIXES[suffix] ?? 1)}${suffix}`;
}
