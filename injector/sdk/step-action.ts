// defineStepAction: one step that many Tasks share, with params and results of its own.

import type { Metadata, StepActionSpec } from "../documents/spec.ts";
import { apiVersionOf } from "./api-version.ts";
import { plain } from "./plain.ts";
import { named, references, resultFiles } from "./scope.ts";
import type { None, Params, References, ResultFiles, Results } from "./signature.ts";
import { type Step, variables } from "./step.ts";
import type { StepActionDefinition } from "./target.ts";

export interface StepActionHead<P, R> {
  readonly name: string;
  readonly description?: string;
  readonly params?: P;
  readonly results?: R;
  readonly metadata?: Omit<Metadata, "name">;
  /** Default: tekton.dev/v1beta1. */
  readonly apiVersion?: string;
}

/** The fields a StepAction can set; `script` cannot hold params (Tekton refuses them): give them as `env`. */
export type ActionStep = Pick<
  Step<None>,
  "image" | "workingDir" | "securityContext" | "volumeMounts" | "imagePullPolicy" | "raw"
> & {
  readonly env?: Exclude<Step<None>["env"], (...own: never) => unknown>;
  readonly command?: Exclude<Step<None>["command"], (...own: never) => unknown>;
  readonly args?: Exclude<Step<None>["args"], (...own: never) => unknown>;
  readonly script?: string;
};

/** A StepAction, as plain data; a Task's body uses it with `action(name, it, { params })`. */
export function defineStepAction<const P extends Params = None, const R extends Results = None>(
  head: StepActionHead<P, R>,
  body: (action: { readonly params: References<P>; readonly results: ResultFiles<R> }) => ActionStep,
): StepActionDefinition<P, R> {
  const { env, raw, ...step } = body({
    params: references("params", head.params) as unknown as References<P>,
    results: resultFiles("step.results", head.results) as ResultFiles<R>,
  });
  const { name, params, results, metadata, apiVersion, description } = head;
  const spec = {
    description,
    params: named<Params[string]>(params),
    results: named<Results[string]>(results),
    ...step,
    env: variables(env),
    ...raw,
  } as unknown as StepActionSpec;
  const action = { kind: "StepAction" as const, metadata: { name, ...metadata }, spec };
  return plain({ apiVersion: apiVersion ?? apiVersionOf(action), ...action });
}
