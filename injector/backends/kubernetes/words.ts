// Words of the author and of ours, for whoever starts the container: a kubelet expands `$(VAR)`, podman does not.

import type { EnvironmentVariable } from "../../plan/model/plan.ts";
import { escapeVariables, expandEnvironment, expandVariables } from "../../substitute/expansion.ts";
import type { Profile } from "./profile.ts";

export interface Words {
  /** The author's, in Kubernetes' language. */
  author(text: string): string;
  /** Ours: to arrive as it is. */
  own(text: string): string;
  environment(variables: readonly EnvironmentVariable[]): readonly EnvironmentVariable[];
}

export function wordsFor({ expands }: Profile, variables: readonly EnvironmentVariable[]): Words {
  const same = (text: string): string => text;
  if (expands) return { author: same, own: escapeVariables, environment: (given) => given };
  const literals = variables.filter((variable) => "value" in variable);
  const values = expandEnvironment(literals);
  const author = (text: string): string => expandVariables(text, (name) => values.get(name));
  const environment = (given: readonly EnvironmentVariable[]) =>
    given.map((variable) =>
      "value" in variable
        ? { name: variable.name, value: values.get(variable.name) ?? variable.value }
        : variable,
    );
  return { author, own: same, environment };
}
