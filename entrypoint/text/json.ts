// JSON that others wrote, and that may be none.

/** undefined where the text is no JSON, or nested more deeply than can be read. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** undefined where the value is nested more deeply than can be written. */
export function formatJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** undefined where the text is no JSON object. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether every value of the object passes. */
export const isRecordOf = (value: unknown, is: (value: unknown) => boolean): boolean =>
  isRecord(value) && Object.values(value).every(is);

export const isText = (value: unknown): value is string => typeof value === "string";
