// Steps and sidecars of the TaskRun, in the fields of tekton.dev/v1.

import { formatDuration } from "../../../entrypoint/protocol/index.ts";
import { defined } from "../../documents/defined.ts";
import type { WhenExpression } from "../../documents/spec.ts";
import type {
  EnvironmentVariable,
  Plan,
  PlannedContainer,
  PlannedSidecar,
  PlannedStep,
} from "../../plan/model/plan.ts";
import { lateReferences } from "../../substitute/text.ts";
import { imageOf } from "../command.ts";
import { conditionsIn, conditionsOf } from "./conditions.ts";
import { nameInTekton, type Places } from "./places.ts";
import type { Rewrite } from "./rewriting.ts";
import { inlineScript, scriptOf } from "./scripts.ts";
import { stepTimeout } from "./timeouts.ts";
import { mountsOf } from "./volumes.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface StepContext {
  readonly plan: Plan;
  readonly places: Places;
  readonly rewrite: Rewrite;
}

export function stepOf(step: PlannedStep, { plan, places, rewrite }: StepContext): Fields {
  const { flags } = step;
  const timeout = stepTimeout(step, plan);
  const isTolerated = plan.tasks.some(({ tolerated, steps }) => tolerated && steps.includes(step.index));
  const results = [...step.results, ...places.added(step)];
  const when = [...conditionsOf(step.task, plan), ...conditionsIn(flags.when_expressions)];
  return {
    name: nameInTekton(step),
    ...defined({ displayName: step.displayName }),
    ...containerOf(step, plan, rewrite),
    ...(when.length === 0 ? {} : { when: when.map((one) => expression(one, (text) => rewrite(text, step))) }),
    ...(results.length === 0 ? {} : { results: results.map(resultOf) }),
    ...(timeout === undefined ? {} : { timeout: formatDuration(timeout) }),
    ...(isTolerated || flags.on_error === "continue" ? { onError: "continue" } : {}),
    ...(flags.stdout_path === undefined ? {} : { stdoutConfig: { path: flags.stdout_path } }),
    ...(flags.stderr_path === undefined ? {} : { stderrConfig: { path: flags.stderr_path } }),
  };
}

export const sidecarOf = (sidecar: PlannedSidecar, plan: Plan, rewrite: Rewrite): Fields => ({
  name: sidecar.id.replace(/^sidecar-/, ""),
  ...containerOf(sidecar, plan, rewrite),
});

/** An image's own command needs no looking up: Tekton does that itself. */
function containerOf(of: PlannedContainer, plan: Plan, rewrite: Rewrite): Fields {
  const { resources, ...container } = of.container;
  const mounts = mountsOf(of.mounts, plan);
  const env = of.env.map(
    (variable): EnvironmentVariable =>
      "value" in variable ? { name: variable.name, value: rewrite(variable.value, of) } : variable,
  );
  return {
    image: imageOf(of),
    ...commandOf(of, plan, rewrite),
    ...defined({ workingDir: of.workingDir }),
    ...(env.length === 0 ? {} : { env }),
    ...(of.envFrom.length === 0 ? {} : { envFrom: of.envFrom }),
    ...defined({ computeResources: resources }),
    ...container,
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
  };
}

function commandOf(of: PlannedContainer, plan: Plan, rewrite: Rewrite): Fields {
  const words = (list: readonly string[]) => list.map((word) => rewrite(word, of));
  const args = words(of.args);
  const script = scriptOf(of, plan);
  if (script === undefined)
    return {
      ...(of.command === undefined ? {} : { command: words(of.command) }),
      ...(args.length === 0 ? {} : { args }),
    };
  const text = rewrite(script, of);
  if (lateReferences(script).length > 0) return inlineScript(text, { ...of, args });
  return { script: text, ...(args.length === 0 ? {} : { args }) };
}

const expression = (when: WhenExpression, rewrite: (text: string) => string): Fields =>
  Object.fromEntries(
    Object.entries(when).map(([field, value]) => [
      field,
      typeof value === "string" ? rewrite(value) : value?.map(rewrite),
    ]),
  );

/** Inside the pod a result is text; of an object Tekton would want to know the keys. */
const resultOf = ({ name, type }: { readonly name: string; readonly type: string }): Fields => ({
  name,
  ...(type === "array" ? { type } : {}),
});
