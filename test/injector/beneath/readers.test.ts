// Who opens files: what a step can shape is opened by injector/beneath and by the entrypoint's hosts, and by nobody else. Each
// other file that touches the file system stands here, with what it opens and why no step has a hand in it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");

const OPENERS: Readonly<Record<string, string>> = {
  "injector/beneath/digest.ts": "the way itself",
  "injector/beneath/entries.ts": "the way itself",
  "injector/beneath/git-tree.ts": "the way itself",
  "injector/beneath/mount.ts": "the way itself",
  "injector/beneath/read.ts": "the way itself",
  "injector/beneath/remove.ts": "the way itself",
  "injector/beneath/walk.ts": "the way itself",
  "injector/beneath/write.ts": "the way itself",
  "entrypoint/hosts/node/directories.ts": "the way itself, on Node",
  "entrypoint/hosts/node/files.ts": "the way itself, on Node",
  "entrypoint/hosts/node/store.ts":
    "the port itself: trees below their root by places.ts, content of a store by its digest",
  "injector/cache/folder.ts": "the folder of the cache that the user names",
  "injector/cache/store.ts": "files of that folder alone: regular ones, no link followed, each to a limit",
  "entrypoint/hosts/node/places.ts": "the way itself, on Node",
  "entrypoint/hosts/node/trees.ts": "the way itself, on Node",
  "entrypoint/hosts/node/lives.ts": "life lines: sockets that are called, and never read",
  "entrypoint/hosts/node/tee.ts": "writes into what files.ts has opened",
  "entrypoint/hosts/node/lookup.ts": "asks whether a command is there, as exec does",
  "entrypoint/hosts/node.ts": "writes to its own two streams",
  "entrypoint/bin/node.ts": "its own file",
  "images/bin/images.ts": "makes images from what has just been built",
  "images/materials.ts": "makes images from what has just been built",
  "injector/backends/containers/early.ts": "files that were named to be run, before any step is there",
  "injector/backends/containers/here/claims.ts": "asks whether a volume of the engine is writable",
  "injector/backends/containers/here/docker-api.ts": "the user's configuration of docker",
  "injector/backends/containers/here/docker.ts": "asks whether the kernel has SELinux",
  "injector/backends/containers/here/marks.ts": "names in a folder of the user's own state",
  "injector/backends/containers/here/podman.ts": "/proc, and what podman writes where no container looks",
  "injector/backends/containers/here/run.ts": "our own program",
  "injector/backends/containers/here/spec.ts": "closes what mount.ts has opened",
  "injector/backends/containers/images.ts": "our own program",
  "injector/backends/containers/k8s-log.ts": "a log that the engine writes where no container looks",
  "injector/backends/containers/names.ts": "the machine's id",
  "injector/backends/host/directory.ts": "makes a directory of which steps see volumes alone",
  "injector/backends/host/layout.ts": "our own program; changes the mode of what mount.ts has opened",
  "injector/backends/host/mounts.ts": "/proc",
  "injector/backends/host/owner.ts": "/proc",
  "injector/backends/host/program.ts": "our own program",
  "injector/backends/host/seen.ts": "is told of changes; read.ts reads them",
  "injector/backends/host/volumes.ts": "makes volumes before any step is there",
  "injector/backends/local/descriptors.ts": "/proc",
  "injector/backends/local/devices.ts": "lists /dev",
  "injector/backends/local/leftovers.ts": "lists /proc",
  "injector/backends/local/neighbours.ts":
    "names in a directory below /tmp that is the user's alone and no step's",
  "injector/backends/local/processes.ts":
    "/proc; writes in the run's directory, of which steps see volumes alone",
  "injector/backends/local/sandbox.ts":
    "makes directories where no step is yet; closes what mount.ts has opened",
  "injector/backends/local/site.ts": "asks whether there is such a device",
  "injector/backends/local/step.ts": "/dev/null; closes what mount.ts has opened",
  "injector/backends/local/view.ts": "lists the machine's root, and /proc",
  "injector/cli/verbs/draw-lineage.ts": "asks whether there is such a file, and where its folder is",
  "injector/runs/lineages.ts": "lists a folder that was named",
  "injector/verify/checkout.ts": "makes and removes a directory that is its own",
  "injector/verify/found.ts": "asks where the folder of a file that was named is",
  "injector/bin/kept-code.ts": "our own program, in the user's cache",
  "injector/backends/containers/compose-file.ts": "the program that containers mount, before any is there",
  "injector/cli/input/compose-input.ts": "a compose file that was named, before any step is there",
  "injector/cli/verbs/inject-files.ts": "the .env file beside one that was named",
  "injector/run/compose.ts": "asks whether there is an override file",
  "injector/cli/input/files.ts": "lists a folder that was named",
  "injector/cli/input/found.ts": "asks whether there are such files",
  "injector/cli/input/references.ts":
    "writes the lock where it was asked to, and the user's cache by digests",
  "injector/cli/process/changes.ts": "asks whether there is such a file",
  "injector/cli/process/write.ts": "writes where it was asked to",
  "injector/cli/screen/github.ts": "appends where GitHub says",
  "injector/cli/screen/view.ts": "writes to the terminal",
  "injector/embed/index.ts": "our own program",
  "injector/references/registry/credentials.ts": "the user's configuration of docker",
  "injector/references/registry/layout.ts": "an image layout that was named; digests are verified",
  "injector/references/resolvers/git.ts": "a directory of its own, which it makes and removes",
  "injector/runs/folder.ts": "names in the user's own folder of runs",
  "injector/runs/keep.ts": "appends to a file in a folder that it has just made for itself",
  "injector/runs/kept.ts": "reads from what read.ts has opened",
  "injector/webhook/server.ts": "the certificate that the administrator names; no step runs beside it",
};

const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`);

const opensFiles = (file: string): boolean =>
  /from "(node:)?fs(\/promises)?"/.test(readFileSync(join(ROOT, file), "utf8"));

test("whoever opens files is known, with the reason why no step has a hand in them", () => {
  const found = ["entrypoint", "images", "injector"].flatMap(filesIn).filter(opensFiles);
  expect(found.toSorted()).toEqual(Object.keys(OPENERS).toSorted());
});
