// Definitions that the tests of the SDK share: a clone, two readers of it, a build and a push.
import { defineStepAction, defineTask, sh } from "../../../injector/sdk/index.ts";

export const clone = defineTask(
  {
    name: "git-clone",
    description: "Clones a repository.",
    params: { url: {}, revision: { default: "main" } },
    workspaces: { output: { description: "where it is cloned to" } },
    results: { commit: { description: "what was checked out" } },
  },
  ({ params, workspaces, results, step }) => {
    step("clone", {
      image: "docker.io/alpine/git:v2.49.1",
      workingDir: workspaces.output.path,
      env: { URL: params.url, REVISION: params.revision },
      script: sh`
        #!/bin/sh -e
        git clone --branch "$REVISION" "$URL" .
        git rev-parse HEAD | tr -d '\n' > ${results.commit.path}
      `,
    });
  },
);

export const npm = defineTask(
  {
    name: "npm",
    params: { script: { enum: ["lint", "test"] }, flags: { type: "array", default: [] } },
    workspaces: { source: { readOnly: true } },
  },
  ({ params, workspaces, step }) => {
    step("run", {
      image: "docker.io/library/node:22-alpine",
      workingDir: workspaces.source.path,
      command: ["npm", "run", params.script, "--"],
      args: [params.flags],
    });
  },
);

export const build = defineTask(
  {
    name: "build-image",
    params: { image: { type: "object", properties: { name: {}, tag: {} } }, commit: {} },
    workspaces: { source: {} },
    results: { digest: {}, layers: { type: "array" } },
  },
  ({ params, workspaces, results, step }) => {
    const made = step("build", {
      image: "docker.io/library/buildah:v1",
      results: { digest: {} },
      env: ({ results: own }) => ({
        NAME: `${params.image.name}:${params.image.tag}`,
        COMMIT: params.commit,
        DIGEST: own.digest.path,
      }),
      script: sh`
        buildah build --label "commit=$COMMIT" -t "$NAME" ${workspaces.source.path}
        echo '[]' > ${results.layers.path}
      `,
    });
    return { digest: made.results.digest };
  },
);

export const notify = defineStepAction(
  { name: "notify", params: { text: {} }, results: { id: {} } },
  ({ params, results }) => ({
    image: "docker.io/library/busybox",
    env: { TEXT: params.text, ID: results.id.path },
    script: sh`
      #!/bin/sh
      echo "$TEXT"
      date +%s > "$ID"
    `,
  }),
);
