// Fields that may be absent, in one object: an absent field is not there, and is never there with `undefined` in it.

type Sure<Fields> = { [Name in keyof Fields]: undefined extends Fields[Name] ? never : Name }[keyof Fields];

export type Defined<Fields> = {
  readonly [Name in Sure<Fields>]: Fields[Name];
} & {
  readonly [Name in Exclude<keyof Fields, Sure<Fields>>]?: Exclude<Fields[Name], undefined>;
};

/** The fields that have a value. */
export function defined<Fields extends object>(fields: Fields): Defined<Fields> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) kept[name] = value;
  return kept as Defined<Fields>;
}
