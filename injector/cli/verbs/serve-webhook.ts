// Carries out `baton webhook`: serves until it is told to end, with a line of JSON for whatever it did.

import { mistake } from "../../diagnostics/diagnostic.ts";
import { startWebhook } from "../../webhook/server.ts";
import type { Terminal } from "../terminal.ts";

export interface WebhookFlags {
  readonly tlsCert: string;
  readonly tlsKey: string;
  readonly port: string;
  readonly entrypointImage: string;
}

/** Throws UserError. */
export async function serveWebhook(terminal: Terminal, flags: WebhookFlags): Promise<void> {
  const { tlsCert: certificate, tlsKey: key, entrypointImage } = flags;
  const port = Number(flags.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw mistake("bad-flag", `--port ${flags.port} is no port`, "write --port 8443");
  const log = (line: object) =>
    terminal.out.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
  const asked = new Promise<void>((resolve) => {
    const release = terminal.onSignal(() => {
      release();
      resolve();
    });
  });
  const webhook = await startWebhook({ port, certificate, key, entrypointImage, log });
  await asked;
  log({ level: "info", message: "stopping" });
  await webhook.stop();
}
