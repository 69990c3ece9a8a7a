// baton webhook: the words of the verb; what it does is in serve-webhook.ts.

import type { Command } from "commander";
import { entrypointImage } from "../input/entrypoint-image.ts";
import type { Call } from "../verb.ts";
import type { WebhookFlags } from "./serve-webhook.ts";

export const define = (command: Command, { terminal }: Call): void => {
  command
    .requiredOption("--tls-cert <file>", "its certificate, PEM; read again when it changes")
    .requiredOption("--tls-key <file>", "the certificate's key, PEM")
    .option("--port <number>", "where it listens", "8443")
    .addOption(entrypointImage(terminal))
    .action(async (flags: WebhookFlags) => {
      const { serveWebhook } = await import("./serve-webhook.ts");
      await serveWebhook(terminal, flags);
    });
};
