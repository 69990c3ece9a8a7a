// Pieces that the objects of all kinds share. Fields that Kubernetes owns stay raw, because they pass through.

export type Raw = Readonly<Record<string, unknown>>;
export type ParamValue = string | readonly string[] | { readonly [key: string]: string };
export type ParamType = "string" | "array" | "object";

export interface ParamSpec {
  readonly name: string;
  readonly type?: ParamType;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, { readonly type?: "string" }>>;
  readonly default?: ParamValue;
  readonly enum?: readonly string[];
}

export interface Param {
  readonly name: string;
  readonly value: ParamValue;
}

export interface ResultSpec {
  readonly name: string;
  readonly type?: ParamType;
  readonly description?: string;
  readonly properties?: Raw;
  readonly value?: ParamValue;
}

export interface WhenExpression {
  readonly input?: string;
  readonly operator?: "in" | "notin";
  readonly values?: readonly string[];
  readonly cel?: string;
}

/** A reference by name, by resolver, or (ours) to a Task from a step: `kind: Task`. */
export interface ObjectRef {
  readonly name?: string;
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly resolver?: string;
  readonly params?: readonly Param[];
  readonly bundle?: string;
}

export interface Metadata {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}
