// What is found wrong once everything that is known has been put in: collected over all Tasks, and said at once.

import { checkValue } from "../../check/params.ts";
import { type Diagnostic, type Place, UserError } from "../../diagnostics/diagnostic.ts";
import { defined } from "../../documents/defined.ts";
import type { ParamSpec, ParamValue } from "../../documents/spec.ts";
import type { ResolvedRun } from "../../resolve/resolved.ts";
import { plainTree } from "../../substitute/data.ts";
import type { Unanswered } from "../../substitute/unanswered.ts";

/** `where` is a path in the run: `tasks.build.spec`. */
export class Faults {
  readonly #run: Pick<ResolvedRun, "place">;
  readonly #found = new Map<string, Diagnostic>();

  constructor(run: Pick<ResolvedRun, "place">) {
    this.#run = run;
  }

  unanswered(found: readonly Unanswered[], where: string, ...within: readonly (string | number)[]): void {
    for (const { path, reference, code, problem, cure } of found) {
      const place = this.#run.place([where, ...within, ...path].join("."), { text: reference.raw });
      this.#add({ code, message: `${reference.raw}: ${problem}`, cure }, place);
    }
  }

  /** A value that is of its declared type only as far as could be told before. */
  value(spec: ParamSpec, value: ParamValue, where: string): void {
    const place = this.#run.place(`${where}.params.${spec.name}`);
    const cursor = { document: { place: () => place ?? NOWHERE }, path: [] };
    for (const one of checkValue(cursor, spec, plainTree(value), { complete: true })) this.#add(one, place);
  }

  unbound(name: string, where: string): void {
    const fault = {
      code: "unbound-workspace",
      message: `workspace "${name}" is needed here, and what it is to be was left unbound`,
      cure: `bind it in the run, or declare it with "optional: true" and look at $(workspaces.${name}.bound)`,
    } as const;
    this.#add(fault, this.#run.place(`${where}.workspaces.${name}`));
  }

  /** Throws UserError. */
  refuse(): void {
    if (this.#found.size > 0) throw new UserError([...this.#found.values()]);
  }

  /** Once for all combinations of a matrix. */
  #add({ code, message, cure }: Omit<Diagnostic, "severity" | "place">, place: Place | undefined): void {
    const one: Diagnostic = {
      ...{ code, severity: "error", message },
      ...(place && { place }),
      ...defined({ cure }),
    };
    this.#found.set(JSON.stringify([code, message, place?.file, place?.line, place?.column]), one);
  }
}

const NOWHERE: Place = { file: "", line: 1, column: 1 };
