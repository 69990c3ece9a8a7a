// Reading the Secrets that the credential flags name; Kubernetes mounts each as a directory of files.

import { StepFault } from "../endings/fault.ts";
import { type Host, HostError } from "../host.ts";
import { LIMITS } from "../protocol/index.ts";

/** Throws StepFault where the Secret has no such key or cannot be read; never says what is in it. */
export function secretKey(host: Host, secret: string, key: string): string {
  const path = `${SECRETS_DIR}/${secret}/${key}`;
  const text = optionalKey(host, secret, key);
  if (text === undefined) throw new StepFault("CannotPrepare", `the secret "${secret}" has no ${path}`);
  return text;
}

export function optionalKey(host: Host, secret: string, key: string): string | undefined {
  try {
    return host.read(`${SECRETS_DIR}/${secret}/${key}`, LIMITS.record);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw new StepFault("CannotPrepare", `the secret "${secret}" cannot be read: ${error.message}`);
  }
}

/** "secret=url" taken apart. */
export function secretAndUrl(flag: string, text: string): { readonly secret: string; readonly url: string } {
  const [secret = "", url = "", more] = text.split("=");
  if (secret !== "" && url !== "" && more === undefined) return { secret, url };
  throw new StepFault("InvalidFlags", `-${flag}: want secret=url, got "${text}"`);
}

/** No URL twice: it would be unclear whose password counts. */
export function refuseTwice(flag: string, urls: readonly string[]): void {
  const twice = urls.find((url, at) => urls.indexOf(url) !== at);
  if (twice !== undefined) throw new StepFault("InvalidFlags", `-${flag}: ${twice} is given twice`);
}

const SECRETS_DIR = "/tekton/creds-secrets";
