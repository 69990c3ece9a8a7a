// The syntax of names, as Kubernetes and Tekton have it.

import { type Cursor, type Faults, fault } from "./cursor.ts";

interface Rule {
  /** It may hold references, which are replaced before the name counts. */
  readonly open?: true;
  readonly pattern: RegExp;
  readonly longest: number;
  readonly cure: string;
}

const LABEL: Rule = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
  cure: "use at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends",
};

/** Rules by what is named. */
const RULES = {
  object: {
    pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    longest: 63,
    cure: "use lower-case letters, digits, hyphens and dots, with a letter or digit at both ends and beside each dot",
  },
  step: LABEL,
  sidecar: { ...LABEL, open: true },
  volume: { ...LABEL, open: true },
  "pipeline task": LABEL,
  param: {
    pattern: /^[A-Za-z_][A-Za-z0-9_.-]*$/,
    longest: 253,
    cure: "begin with a letter or underscore; then letters, digits, underscores, hyphens and dots",
  },
  "object param": {
    pattern: /^[A-Za-z_][A-Za-z0-9_-]*$/,
    longest: 253,
    cure: "params of type object, and their keys, have no dots in their names",
  },
  result: {
    pattern: /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/,
    longest: 253,
    cure: "use letters, digits, hyphens, underscores and dots, with a letter or digit at both ends",
  },
  workspace: {
    pattern: /^[A-Za-z0-9_][-A-Za-z0-9_.]*$/,
    longest: 253,
    cure: "use letters, digits, hyphens, underscores and dots",
  },
  artifact: {
    pattern: /^(?!params$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/,
    longest: 63,
    cure: 'use letters, digits, hyphens and underscores; "params" has a meaning already',
  },
} as const satisfies Record<string, Rule>;

/** Says so if `name` (the value at the cursor) is no name for a thing of this sort. */
export function* nameSyntax(cursor: Cursor, what: keyof typeof RULES, name: string | undefined): Faults {
  const { pattern, longest, cure, open }: Rule = RULES[what];
  if (name === undefined || (open === true && name.includes("$("))) return;
  const said = what.replace("object param", "param");
  if (name.length > longest)
    yield fault(
      cursor,
      "bad-name",
      `this ${said} name has ${name.length} characters, ${longest} are allowed`,
      cure,
    );
  else if (!pattern.test(name))
    yield fault(cursor, "bad-name", `"${name}" is not a valid ${said} name`, cure);
}
