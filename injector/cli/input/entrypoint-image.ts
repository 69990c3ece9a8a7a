// Which image the entrypoint comes from, for the verbs that print manifests.

import { Option } from "commander";
import { ENTRYPOINT_IMAGE } from "../../embed/index.ts";
import type { Terminal } from "../terminal.ts";

export const entrypointImage = ({ environment }: Terminal): Option =>
  new Option(
    "--entrypoint-image <image>",
    "image of the entrypoint (BATON_ENTRYPOINT_IMAGE says the same)",
  ).default(environment["BATON_ENTRYPOINT_IMAGE"] || ENTRYPOINT_IMAGE);
