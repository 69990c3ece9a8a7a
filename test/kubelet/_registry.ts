// Debian's docker-registry on loopback, with the greeter in it: where baton looks an image up and containerd pulls it from.

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./_control-plane.ts";
import { startDaemon } from "./_daemon.ts";
import { greeterArchive } from "./_images.ts";

export interface Registry {
  /** The image's name there. */
  readonly greeter: string;
  stop(): Promise<void>;
}

export async function startRegistry(): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), "registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  const config = join(folder, "config.yml");
  const storage = { filesystem: { rootdirectory: join(folder, "images") } };
  writeFileSync(config, JSON.stringify({ version: 0.1, storage, http: { addr: host } }));
  const daemon = startDaemon(["docker-registry", "serve", config], join(folder, "log"));
  const stop = async () => {
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  await daemon.until("the registry answers", () =>
    fetch(`http://${host}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  const [file, greeter] = [join(folder, "greeter.tar"), `${host}/greeter:test`];
  writeFileSync(file, greeterArchive());
  const words = ["copy", "--dest-tls-verify=false", `oci-archive:${file}`, `docker://${greeter}`];
  const { status, stderr } = spawnSync("skopeo", words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`skopeo: ${stderr}`);
  return { greeter, stop };
}
