// Debian's docker-registry on loopback, started for a test file and gone with it, with everything of its in one folder.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Registry {
  /** With the port. */
  readonly host: string;
  readonly folder: string;
  stop(): void;
}

/** `htpasswd` holds who may use it; without, everybody may. */
export async function startRegistry(htpasswd?: string): Promise<Registry> {
  const folder = mkdtempSync(join(tmpdir(), "baton-registry-"));
  const host = `127.0.0.1:${await freePort()}`;
  const users = join(folder, "htpasswd");
  if (htpasswd !== undefined) writeFileSync(users, htpasswd);
  const auth = htpasswd === undefined ? "" : `auth: {htpasswd: {realm: test, path: ${users}}}\n`;
  writeFileSync(join(folder, "config.yml"), `${configOf(folder, host)}${auth}`);
  const registry = spawn("docker-registry", ["serve", join(folder, "config.yml")], { stdio: "ignore" });
  const status = htpasswd === undefined ? 200 : 401;
  await until(() => fetch(`http://${host}/v2/`).then((response) => response.status === status));
  const stop = () => {
    registry.kill();
    rmSync(folder, { recursive: true });
  };
  return { host, folder, stop };
}

const configOf = (folder: string, address: string): string => `version: 0.1
storage: {filesystem: {rootdirectory: ${folder}/data}}
http: {addr: "${address}"}
log: {level: error, accesslog: {disabled: true}}
`;

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > end) throw new Error("the registry does not answer");
    await new Promise((next) => setTimeout(next, 50));
  }
}
