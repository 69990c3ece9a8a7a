// Carries out `baton plan`: a table of steps, what each waits for, and the workspaces it reads and writes.

import { RESERVED_VOLUME } from "../../../entrypoint/protocol/index.ts";
import { plan } from "../../plan/index.ts";
import { explain } from "../../plan/model/notes.ts";
import type { Plan, PlannedStep } from "../../plan/model/plan.ts";
import type { PlanSet } from "../../plan/model/plan-set.ts";
import type { InputOptions, MaxPodOptions } from "../input/input.ts";
import { type OutputOptions, outputOf } from "../input/output.ts";
import { planOptions } from "../input/plan-options.ts";
import { resolveInput } from "../input/resolve-input.ts";
import { writeText } from "../process/write.ts";
import { outPainter, type Paint } from "../screen/colour.ts";
import { plannedName } from "../screen/names.ts";
import { table } from "../screen/table.ts";
import type { Terminal } from "../terminal.ts";

const PLAN_FORMATS = ["text", "json"] as const;

export interface PlanFlags extends InputOptions, MaxPodOptions, OutputOptions {}

/** Throws UserError. */
export async function printPlan(
  terminal: Terminal,
  files: readonly string[],
  flags: PlanFlags,
): Promise<void> {
  const set = plan(await resolveInput(terminal, files, flags), planOptions(flags));
  const { format, file } = outputOf(flags, PLAN_FORMATS);
  const text =
    format === "json" ? `${JSON.stringify(set, withoutSecrets, 2)}\n` : planText(set, outPainter(terminal));
  writeText(terminal, text, file);
}

/** A plan may be kept and shared: what a Secret holds is left out of its text, what it is named is not. */
function withoutSecrets(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("kind" in value)) return value;
  if (value.kind !== "Secret" && value.kind !== "secret") return value;
  const { data, files, ...rest } = value as Readonly<Record<string, object | undefined>>;
  return { ...rest, keys: Object.keys(data ?? files ?? {}) };
}

function planText(set: PlanSet, paint: Paint): string {
  const { kind, name, file } = set.source;
  const head = `${paint(set.name, "bold")} (${kind} ${name} in ${file})`;
  return `${[[head, ...explain(set).map((line) => `  ${line}`)].join("\n"), ...set.plans.map(onePlan)].join("\n\n")}\n`;
}

function onePlan(one: Plan): string {
  const rows = one.steps.map((step) => [
    plannedName(step),
    step.needs.map((edge) => needText(one, edge)).join(", ") || "the start",
    dataOf(step, false),
    dataOf(step, true),
  ]);
  const sidecars = one.sidecars.map(
    ({ name, until }) => `  sidecar ${name}, while ${until.length} steps run`,
  );
  return [...table(["step", "runs after", "writes", "reads"], rows), ...sidecars].join("\n");
}

const needText = ({ steps }: Plan, { step, on }: PlannedStep["needs"][number]): string =>
  `${steps[step] === undefined ? "" : plannedName(steps[step])}${on === "settled" ? " (in any ending)" : ""}`;

/** Volumes of the user's: those of the protocol are everywhere and tell nothing. */
function dataOf(step: PlannedStep, readOnly: boolean): string {
  const mounts = step.mounts.filter(
    (mount) => mount.readOnly === readOnly && !mount.volume.startsWith(RESERVED_VOLUME),
  );
  const names = mounts.map(({ volume, subPath }) =>
    subPath === undefined ? volume : `${volume}/${subPath}`,
  );
  return [...new Set(names)].join(", ");
}
