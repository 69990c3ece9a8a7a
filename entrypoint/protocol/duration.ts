// Go's duration text ("1h2m3.5s", "300ms", "0"), as flags and Task fields have it.

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds, or undefined where the text is not a Go duration. A sign is allowed, as in Go. */
export function parseDuration(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const body = text.replace(/^[-+]/, "");
  if (body === "0") return 0;
  const parts = body.match(/(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)/g);
  if (parts === null || parts.join("") !== body) return undefined;
  let total = 0;
  for (const part of parts) {
    const unit = part.replace(/^[\d.]+/, "");
    total += Number(part.slice(0, part.length - unit.length)) * (UNITS[unit] ?? 0);
  }
  // To the nanosecond, Go's unit: 2.026 * 1000 is not 2026 here.
  return (sign * Math.round(total * 1e6)) / 1e6;
}

/** The shortest Go duration for a number of milliseconds: 90000 → "1m30s", 1500 → "1.5s", 0 → "0s". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 0) return `-${formatDuration(-milliseconds)}`;
  if (milliseconds > 0 && milliseconds < 1_000) return `${milliseconds}ms`;
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor((milliseconds % 3_600_000) / 60_000);
  const seconds = (milliseconds % 60_000) / 1_000;
  const rest = seconds > 0 || (hours === 0 && minutes === 0) ? `${seconds}s` : "";
  return `${hours > 0 ? `${hours}h` : ""}${minutes > 0 ? `${minutes}m` : ""}${rest}`;
}
