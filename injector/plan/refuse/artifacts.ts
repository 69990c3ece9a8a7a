// Artifacts that no plan can honour: data whose place is not known before, references that would have to leave a pod.

import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { defined } from "../../documents/defined.ts";
import type { ResolvedRun } from "../../resolve/resolved.ts";
import type { Cuts } from "../cut/cut.ts";
import { givingTasks, type Leaf, leavesOf, type Unit } from "../model/unit.ts";

/** Where data is must be known before the run, and be the same in every directory. */
export const unknownPaths = (unit: Unit, place: ResolvedRun["place"]): readonly Diagnostic[] =>
  leavesOf(unit).flatMap((leaf) =>
    pathsOf(leaf).flatMap(({ name, path, at }): readonly Diagnostic[] => {
      const why = path === undefined ? undefined : whyUnknown(path);
      if (why === undefined) return [];
      const where = place(`tasks.${leaf.unit}.spec.steps.${leaf.position}.artifacts.${at}.path`);
      return [
        {
          code: "artifact-path",
          severity: "error",
          message: `the path of "${name}" of step ${leaf.name}, ${path}, ${why}`,
          cure: "write an absolute path, such as $(workspaces.<name>.path)/…",
          ...defined({ place: where }),
        },
      ];
    }),
  );

/** What an artifact is, is written down in the pod of the Task that leaves it. */
export const artifactsAcrossCuts = ({ parts, partOf, notes }: Cuts): readonly Diagnostic[] =>
  parts.flatMap(({ units }, part) =>
    units.flatMap((unit) =>
      givingTasks(unit)
        .filter((giver) => partOf.has(giver) && partOf.get(giver) !== part)
        .map((giver): Diagnostic => {
          const note = notes.find(({ tasks }) => tasks.includes(unit.key));
          const why = note === undefined ? "" : ` (${note.message})`;
          return {
            code: "artifact-cut",
            severity: "error",
            message: `${unit.key} is given an artifact of ${giver}, but they do not share a pod${why}`,
            cure: "let the Tasks share a pod, or pin the input to a digest that a result hands on",
          };
        }),
    ),
  );

function pathsOf({ spec: { artifacts } }: Leaf) {
  const { inputs = [], outputs = [] } = artifacts ?? {};
  return [
    ...inputs.map(({ name, path }, at) => ({ name, path, at: `inputs.${at}` })),
    ...outputs.map(({ name, path }, at) => ({ name, path, at: `outputs.${at}` })),
  ];
}

function whyUnknown(path: string): string | undefined {
  if (!path.startsWith("/")) return "is not absolute";
  return path.includes("$(") ? "is only known when the run is under way" : undefined;
}
