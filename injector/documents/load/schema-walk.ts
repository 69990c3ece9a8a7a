// What a schema of the schema library has inside, as far as walking a value beside it goes.

import type { GenericSchema } from "valibot";

interface SchemaNode {
  readonly type: string;
  /** The object of Kubernetes that it is. */
  readonly kubernetes?: string;
  readonly emptyIsAbsent?: boolean;
  readonly entries?: Readonly<Record<string, GenericSchema>>;
  readonly item?: GenericSchema;
  /** What stands under each key of a map whose keys are the user's. */
  readonly value?: GenericSchema;
  readonly wrapped?: GenericSchema;
  readonly getter?: (input: unknown) => GenericSchema;
}

/** The fields of an object, by name. */
export const entriesOf = (schema: GenericSchema): Readonly<Record<string, GenericSchema>> | undefined =>
  unwrapped(schema).entries;

/** What each item of a list is. */
export const itemOf = (schema: GenericSchema): GenericSchema | undefined => unwrapped(schema).item;

/** What stands under each key, where these are the user's. */
export const insideOf = (schema: GenericSchema): GenericSchema | undefined => unwrapped(schema).value;

/** Whether it has these fields and no others. */
export const isStrict = (schema: GenericSchema): boolean => unwrapped(schema).type === "strict_object";

/** The schema itself, whatever is around it. */
export function unwrapped(schema: GenericSchema): SchemaNode {
  const node = schema as unknown as SchemaNode;
  if (node.wrapped !== undefined) return unwrapped(node.wrapped);
  return node.getter === undefined ? node : unwrapped(node.getter(undefined));
}
