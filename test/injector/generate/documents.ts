// Arbitrary documents: what authors write, what they could write, and what the SDK has no words for.
import fc from "fast-check";

const name = fc.constantFrom("clone", "build", "git-clone", "class", "params", "a.b", "own", "test2", "step");
const result = fc.constantFrom("digest", "commit", "a.b", "7");
const reference = fc.constantFrom(
  ...[
    "$(params.clone)",
    "$(params.build[*])",
    "$(params.build[0])",
    "$(params.build[01])",
    "$(params.own.key)",
  ],
  ...["$(params['a.b'])", '$(params["a.b"])', "$(results.digest.path)", "$(step.results.commit.path)"],
  ...["$(steps.clone.results.digest)", "$(tasks.build.results.commit)", "$(tasks.clone.results.digest[*])"],
  ...[
    "$(workspaces.clone.path)",
    "$(workspaces.build.bound)",
    "$(tasks.status)",
    "$(finally.clone.results.digest)",
    "$(tasks.build.status)",
  ],
  ...["$(context.taskRun.name)", "$(nothing)", "$(steps.step-build.exitCode.path)", "$(params.step)"],
);
const piece = fc.constantFrom(
  "`",
  "$" + "{x}",
  "\\",
  "\\`",
  "\\${",
  "'",
  '"',
  "\n",
  "\n\n  ",
  "\t",
  "é",
  "\r\n",
  "#!/bin/sh\n",
);
const text = fc
  .array(fc.oneof({ weight: 2, arbitrary: reference }, piece, fc.string({ maxLength: 5 })), { maxLength: 5 })
  .map((parts) => parts.join(""));
const texts = fc.array(text, { maxLength: 3 });

const odd = fc.constantFrom<unknown>(null, 3, [], {}, true, "text", [null], [{ name: "x", name2: [1] }]);
const record = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Record<string, unknown>>;
/** A field as it should be, now and then as it should not be. */
const field = (usual: fc.Arbitrary<unknown>) => fc.oneof({ weight: 19, arbitrary: usual }, odd);
const named = (fields: Record<string, fc.Arbitrary<unknown>>, names: fc.Arbitrary<string> = name) =>
  field(
    fc.array(
      fc.tuple(names, record(fields)).map(([its, rest]) => ({ name: its, ...rest })),
      { maxLength: 3 },
    ),
  );

const type = fc.constantFrom("string", "array", "object");
const paramDeclarations = named({
  type,
  default: fc.oneof(text, texts, fc.dictionary(fc.constant("key"), text)),
  properties: fc.constant({ key: { type: "string" } }),
  enum: texts,
});
const params = named({ value: fc.oneof(text, texts, fc.dictionary(result, text)) });
const workspaces = named({ description: text, readOnly: fc.boolean(), optional: fc.boolean() });
const results = named({ type, description: text, value: field(text) }, result);
const stepResults = named({ type, properties: fc.constant({ key: {} }) }, result);
const env = named({ value: text, valueFrom: fc.constant({ secretKeyRef: { name: "s", key: "k" } }) });
const when = field(
  fc.array(
    fc.oneof(
      record({ cel: text }),
      fc.record({ input: text, operator: fc.constant("in"), values: fc.oneof(texts, text) }),
    ),
    { maxLength: 2 },
  ),
);
const ref = field(
  fc.oneof(
    record({ name, kind: fc.constantFrom("Task", "StepAction") }),
    fc.record({ name }),
    fc.record({ resolver: fc.constant("git"), params, kind: fc.constant("Task") }),
  ),
);
const container = {
  image: field(text),
  workingDir: field(text),
  env,
  command: field(texts),
  args: field(texts),
  script: field(text),
  volumeMounts: named({ mountPath: text }),
  securityContext: field(fc.constant({ runAsUser: 1 })),
};
const use = {
  timeout: field(text),
  onError: field(text),
  when,
  retries: field(fc.nat(5)),
  params,
  displayName: text,
};
const artifacts = field(
  record({
    inputs: named({ path: text, from: text, digest: odd }),
    outputs: named({ path: text, buildOutput: fc.boolean() }),
  }),
);
const step = fc.oneof(
  record({
    ...container,
    ...use,
    name,
    artifacts,
    results: stepResults,
    needs: field(fc.array(name)),
    finally: field(fc.boolean()),
    workspaces: named({ mountPath: text }),
    tty: fc.boolean(),
  }),
  record({
    ...use,
    name,
    ref,
    artifacts,
    needs: field(fc.array(name)),
    workspaces: named({ workspace: name, subPath: text }),
  }),
);
const taskSpec = record({
  description: field(text),
  params: paramDeclarations,
  workspaces,
  results,
  steps: field(fc.array(step, { maxLength: 4 })),
  stepTemplate: field(record(container)),
  sidecars: named({ ...container, ports: odd }),
  volumes: named({ emptyDir: fc.constant({}) }),
  extra: odd,
});
const pipelineTask = record({
  ...use,
  artifacts,
  name,
  taskRef: ref,
  taskSpec,
  pipelineRef: ref,
  runAfter: field(fc.array(name, { maxLength: 2 })),
  workspaces: named({ workspace: name, subPath: text }),
  matrix: field(record({ params, include: named({ params }) })),
});
/** Mostly one of the three, as it should be. */
const oneTarget = pipelineTask.map(({ taskRef, taskSpec: spec, pipelineRef, ...rest }) =>
  taskRef !== undefined
    ? { ...rest, taskRef }
    : spec !== undefined
      ? { ...rest, taskSpec: spec }
      : { ...rest, pipelineRef },
);
const pipelineSpec = record({
  description: field(text),
  params: paramDeclarations,
  workspaces,
  tasks: field(fc.array(fc.oneof({ weight: 5, arbitrary: oneTarget }, pipelineTask), { maxLength: 4 })),
  finally: field(fc.array(oneTarget, { maxLength: 2 })),
  results,
});
const runSpec = record({
  taskRef: ref,
  pipelineRef: ref,
  taskSpec,
  pipelineSpec,
  params,
  workspaces: named({ emptyDir: fc.constant({}) }),
  timeout: text,
});

const metadata = field(record({ name, labels: fc.constant({ a: "b" }), generateName: text }));
const apiVersion = fc.constantFrom("tekton.dev/v1", "tekton.dev/v1beta1", "baton.run/v1alpha1");
const document = (kind: string, spec: fc.Arbitrary<unknown>) =>
  fc
    .record({ apiVersion, kind: fc.constant(kind), metadata, spec: field(spec) })
    .map((object) => object as object);

export const documents: fc.Arbitrary<readonly object[]> = fc.array(
  fc.oneof(
    document("Task", taskSpec),
    document("StepAction", record({ ...container, params: paramDeclarations, results: stepResults })),
    document("Pipeline", pipelineSpec),
    document("TaskRun", runSpec),
    document("PipelineRun", runSpec),
    document("ConfigMap", odd),
  ),
  { maxLength: 5 },
);
