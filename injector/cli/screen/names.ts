// How people read the names of steps: a step of a matrix by the values of its Task, any other by its container's name.

import type { Plan } from "../../plan/model/plan.ts";

export type NameOf = (step: string) => string;

/** Container names all begin with `step-`, which tells a reader nothing. */
export const shortName: NameOf = (id) => id.replace(/^step-/, "");

/** Of a step that a record tells of, or what was made of one. */
export const recordedName = ({ step, label }: { readonly step: string; readonly label?: string }): string =>
  label ?? shortName(step);

export const plannedName = ({ id, label }: Named): string => label ?? shortName(id);

export interface Named {
  /** Of the container. */
  readonly id: string;
  readonly label?: string;
}

/** Of steps and sidecars, as plans tell of them. */
export class Names {
  readonly #labels = new Map<string, string>();

  add({ steps, sidecars }: Pick<Plan, "steps" | "sidecars">): void {
    this.name([...steps, ...sidecars]);
  }

  name(named: readonly Named[]): void {
    for (const { id, label } of named) if (label !== undefined) this.#labels.set(id, label);
  }

  readonly of: NameOf = (step) => this.#labels.get(step) ?? shortName(step);
}
