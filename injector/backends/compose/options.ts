// What can be told to whoever makes a compose project.

import type { RenderFlag, RenderOptions } from "../backend.ts";
import type { CollectorOptions } from "../collector.ts";
import { type OwnPodOptions, POD_FLAGS } from "../kubernetes/options.ts";

export interface OwnComposeOptions extends CollectorOptions, Pick<OwnPodOptions, "restricted"> {
  /** `network_mode` of the steps ("none", "host", …) in place of a network of their own. */
  readonly network?: string;
}

export type ComposeOptions = RenderOptions & OwnComposeOptions;

export const COMPOSE_FLAGS: { readonly [Name in keyof OwnComposeOptions]-?: RenderFlag } = {
  network: { help: "network_mode of the steps", value: "mode" },
  restricted: POD_FLAGS.restricted,
  driven: "internal",
};
