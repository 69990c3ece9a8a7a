// A release in TypeScript: clone, lint and test side by side, build, publish. Every name below is checked by the compiler.
//
//   baton generate yaml examples/sdk/release.ts
//   baton run examples/sdk/release.ts --target release -p repository=https://… -w name=source,emptyDir= -w name=store,path=./store

import { definePipeline, defineTask, sh } from "baton-run/sdk";

export const clone = defineTask(
  {
    name: "git-clone",
    params: { url: { description: "where it is" }, revision: { default: "HEAD" } },
    workspaces: { output: {} },
    results: { commit: { description: "what was checked out" } },
  },
  ({ params, workspaces, results, step }) => {
    step("clone", {
      image: "docker.io/alpine/git:v2.49.1",
      workingDir: workspaces.output.path,
      env: { URL: params.url, REVISION: params.revision },
      script: sh`
        #!/bin/sh
        set -eu
        git clone --quiet "$URL" .
        git checkout --quiet "$REVISION"
        git rev-parse HEAD | tr -d '\n' > ${results.commit.path}
      `,
    });
  },
);

/** Reads the source only, so any number of these can run side by side. */
export const make = defineTask(
  {
    name: "make",
    params: { target: { enum: ["lint", "test"] }, flags: { type: "array", default: ["-s"] } },
    workspaces: { source: { readOnly: true } },
  },
  ({ params, workspaces, step }) => {
    step("make", {
      image: "docker.io/library/gcc:15",
      workingDir: workspaces.source.path,
      command: ["make"],
      args: [params.flags, params.target],
    });
  },
);

export const pack = defineTask(
  {
    name: "pack",
    params: { commit: {} },
    workspaces: { source: { readOnly: true }, store: {} },
    results: { digest: { description: "sha256 of the archive" } },
  },
  ({ params, workspaces, step }) => {
    const packed = step("pack", {
      image: "docker.io/alpine/git:v2.49.1",
      results: { digest: {} },
      env: { COMMIT: params.commit },
      script: ({ results }) => sh`
        #!/bin/sh
        set -eu
        archive=${workspaces.store.path}/release.tar
        git -C ${workspaces.source.path} archive --format=tar --output="$archive" "$COMMIT"
        sha256sum "$archive" | cut -d ' ' -f 1 | tr -d '\n' > ${results.digest.path}
      `,
    });
    step("name", {
      image: "docker.io/alpine/git:v2.49.1",
      workingDir: workspaces.store.path,
      command: ["mv", "release.tar", `${packed.results.digest}.tar`],
    });
    return { digest: packed.results.digest };
  },
);

export const release = definePipeline(
  {
    name: "release",
    params: { repository: {} },
    workspaces: { source: {}, store: {} },
  },
  ({ params, workspaces: { source, store }, task }) => {
    const cloned = task("clone", clone, {
      params: { url: params.repository },
      workspaces: { output: source },
    });
    const reader = { workspaces: { source }, runAfter: [cloned] };
    const lint = task("lint", make, { ...reader, params: { target: "lint" } });
    const test = task("test", make, { ...reader, params: { target: "test" } });
    const packed = task("pack", pack, {
      params: { commit: cloned.results.commit },
      workspaces: { source, store },
      runAfter: [lint, test],
    });
    return { commit: cloned.results.commit, digest: packed.results.digest };
  },
);
