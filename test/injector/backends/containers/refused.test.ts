// The words are those of docker 20.10 with compose 2.26 and of podman 4.3, as they came.

import { expect, test } from "vitest";
import { refused, silent } from "../../../../injector/backends/containers/refused.ts";

const called = (stderr: string) => ({ code: 1, stdout: "", stderr });

test.each([
  [
    "engine-disk-full",
    "docker",
    " Container demo-layout-1  Creating\nError response from daemon: write /var/lib/docker/overlay2/1-init/link: no space left on device",
  ],
  ["engine-disk-full", "podman", "error: /tekton/bin/entrypoint: No space left on device"],
  [
    "port-taken",
    "podman",
    'level=error msg="\\"cannot listen on the TCP port: listen tcp4 :18080: bind: address already in use\\""\nError: starting some containers: internal libpod error',
  ],
  [
    "port-taken",
    "docker",
    "Error response from daemon: Bind for 0.0.0.0:80 failed: port is already allocated",
  ],
  [
    "folder-not-found",
    "docker",
    'Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /home/me/src',
  ],
  [
    "volume-noexec",
    "podman",
    'Error: runc: runc create failed: unable to start container process: error during container init: error mounting "/home/me/.local/share/containers/storage/volumes/demo-tekton-internal-bin/_data" to rootfs at "/tekton/volumes/tekton-internal-bin": flags: 0x5026: operation not permitted: OCI permission denied',
  ],
  [
    "volume-noexec",
    "docker",
    'Error response from daemon: failed to create task for container: runc create failed: exec: "/tekton/bin/entrypoint": permission denied: unknown',
  ],
  [
    "name-taken",
    "docker",
    'Error response from daemon: Conflict. The container name "/demo-result-1" is already in use by container "6a05". You have to remove that container.',
  ],
  ["network-not-found", "podman", "Error: unable to find network with name or ID nope: network not found"],
  ["network-not-found", "docker", "network nope not found"],
  ["command-too-long", "podman", "spawn E2BIG"],
  ["engine-failed", "docker", "Error response from daemon: something else"],
] as const)("%s, from what %s says", (code, engine, words) => {
  const [diagnostic] = refused(engine, "start demo", called(words)).diagnostics;
  expect(diagnostic).toMatchObject({ code, severity: "error" });
  expect(diagnostic?.message).toContain(words.split("\n").at(-1));
  expect(diagnostic?.message).not.toContain("Creating");
  expect(diagnostic?.cure).not.toMatch(/^$|\binfo\b/);
});

test("a folder that the engine does not have is named", () => {
  const words = "Error response from daemon: bind source path does not exist: /home/me/src";
  const [diagnostic] = refused("docker", "start demo", called(words)).diagnostics;
  expect(diagnostic?.message).toContain("there is no /home/me/src where it runs");
});

test.each([
  ["engine-not-running", "Cannot connect to the Docker daemon at unix:///s. Is the docker daemon running?"],
  [
    "engine-forbidden",
    "permission denied while trying to connect to the Docker daemon socket at unix:///s: connect: permission denied",
  ],
] as const)("%s, where it does not answer", (code, words) => {
  expect(silent("docker", called(words)).diagnostics[0]).toMatchObject({ code });
});
