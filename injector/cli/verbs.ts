// The table of verbs: a line of help for each, and where it lives. A verb is loaded only when it is asked for.

import type { Verb } from "./verb.ts";

export const VERBS: readonly Verb[] = [
  { name: "run", summary: "run Tasks and Pipelines on this machine", load: () => import("./verbs/run.ts") },
  { name: "watch", summary: "run them again whenever they change", load: () => import("./verbs/watch.ts") },
  {
    name: "plan",
    summary: "show what would run, after what, beside which data",
    load: () => import("./verbs/plan.ts"),
  },
  { name: "graph", summary: "draw what would run, after what", load: () => import("./verbs/graph.ts") },
  {
    name: "compile",
    summary: "print it as a manifest of a backend",
    load: () => import("./verbs/compile.ts"),
  },
  {
    name: "inject",
    summary: "make the containers of an existing pod run in order",
    load: () => import("./verbs/inject.ts"),
  },
  {
    name: "webhook",
    summary: "do that in a cluster, to pods as they are made",
    load: () => import("./verbs/webhook.ts"),
  },
  {
    name: "attest",
    summary: "state in-toto's way what a run has built, and of what",
    load: () => import("./verbs/attest.ts"),
  },
  {
    name: "verify",
    summary: "check a signed statement, who made it, and that it is about what you have",
    load: () => import("./verbs/verify.ts"),
  },
  {
    name: "lineage",
    summary: "tell which data came of which, by which step of which run",
    load: () => import("./verbs/lineage.ts"),
  },
  { name: "runs", summary: "list the runs that were kept", load: () => import("./verbs/runs.ts") },
  { name: "show", summary: "tell how a kept run went", load: () => import("./verbs/show.ts") },
  {
    name: "explain",
    summary: "say why a kept run failed, and what cures it",
    load: () => import("./verbs/explain.ts"),
  },
  {
    name: "logs",
    summary: "print what the steps of a kept run said",
    load: () => import("./verbs/logs.ts"),
  },
  {
    name: "report",
    summary: "write a kept run as one HTML page",
    load: () => import("./verbs/report.ts"),
  },
  {
    name: "cache",
    summary: "look after what steps have left to be taken again",
    load: () => import("./verbs/cache.ts"),
  },
  {
    name: "validate",
    summary: "say everything that is wrong with files, and run nothing",
    load: () => import("./verbs/validate.ts"),
  },
  {
    name: "schema",
    summary: "print the JSON Schema of the files, for editors",
    load: () => import("./verbs/schema.ts"),
  },
  {
    name: "generate",
    summary: "turn YAML into TypeScript for the SDK, and back",
    load: () => import("./verbs/generate.ts"),
  },
  {
    name: "completion",
    summary: "print a script that completes this command line",
    load: () => import("./verbs/completion.ts"),
  },
];
