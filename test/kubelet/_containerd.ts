// containerd as a kubelet's runtime, with everything of its own in one folder. Pods get a network namespace without
// any network: a CNI plugin that only says so.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { program } from "./_control-plane.ts";
import { type Daemon, startDaemon } from "./_daemon.ts";
import { imageArchives, PAUSE } from "./_images.ts";

export interface Containerd {
  readonly socket: string;
  /** `ctr`, in the namespace of the kubelet's containers; its standard output. */
  ctr(words: readonly string[], input?: Uint8Array): string;
  stop(): Promise<void>;
}

export async function startContainerd(folder: string): Promise<Containerd> {
  const socket = join(folder, "containerd.sock");
  const config = join(folder, "containerd.toml");
  writeFileSync(config, configuration(folder, socket));
  writeNetwork(folder);
  const daemon = startDaemon([program("containerd"), "-c", config], join(folder, "containerd.log"));
  const ctr = (words: readonly string[], input?: Uint8Array): string => {
    const all = ["-a", socket, "-n", "k8s.io", ...words];
    const { status, stdout, stderr } = spawnSync(program("ctr"), all, {
      encoding: "utf8",
      input: input ?? "",
    });
    if (status !== 0) throw new Error(`ctr ${words.join(" ")}: ${stderr}`);
    return stdout;
  };
  await daemon.until(
    "containerd answers",
    () => spawnSync(program("ctr"), ["-a", socket, "version"], { stdio: "ignore" }).status === 0,
  );
  for (const image of imageArchives()) ctr(["images", "import", "-"], image);
  return { socket, ctr, stop: () => stop(daemon, ctr) };
}

const configuration = (folder: string, socket: string): string => `version = 3
root = "${folder}/containerd"
state = "${folder}/containerd-state"
[grpc]
address = "${socket}"
[plugins."io.containerd.cri.v1.images".pinned_images]
sandbox = "${PAUSE}"
[plugins."io.containerd.cri.v1.runtime"]
disable_apparmor = true
restrict_oom_score_adj = true
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
runtime_path = "${program("containerd-shim-runc-v2")}"
[plugins."io.containerd.cri.v1.runtime".cni]
bin_dirs = ["${folder}/cni"]
conf_dir = "${folder}/cni"
`;

/** An address that is nobody's (RFC 5737): a pod must have one, and none of these pods talks to anybody. */
const NETWORK_PLUGIN = `#!/bin/sh
case "$CNI_COMMAND" in
VERSION) echo '{"cniVersion": "0.4.0", "supportedVersions": ["0.4.0"]}' ;;
ADD) echo '{"cniVersion": "0.4.0", "interfaces": [{"name": "'"$CNI_IFNAME"'", "sandbox": "'"$CNI_NETNS"'"}],
  "ips": [{"version": "4", "interface": 0, "address": "192.0.2.1/32"}]}' ;;
esac
`;

function writeNetwork(folder: string): void {
  mkdirSync(join(folder, "cni"));
  for (const plugin of ["none", "loopback"])
    writeFileSync(join(folder, "cni", plugin), NETWORK_PLUGIN, { mode: 0o755 });
  const list = { cniVersion: "0.4.0", name: "pods", plugins: [{ type: "none" }] };
  writeFileSync(join(folder, "cni/pods.conflist"), JSON.stringify(list));
}

/** What the kubelet left running, pods' namespaces above all, would outlive containerd: each has a process of its own. */
async function stop(daemon: Daemon, ctr: Containerd["ctr"]): Promise<void> {
  for (const task of ctr(["tasks", "list", "-q"]).split("\n").filter(Boolean))
    ctr(["tasks", "delete", "--force", task]);
  await daemon.stop();
}
