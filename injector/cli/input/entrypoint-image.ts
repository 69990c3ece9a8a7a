// Which image the entrypoint comes from, for the verbs that print manifests.

import { Option } from "commander";
import { ENTRYPOINT_IMAGE } from "../../embed/index.ts";

export const entrypointImage = (): Option =>
  new Option("--entrypoint-image <image>", "image of the entrypoint")
    .env("BATON_ENTRYPOINT_IMAGE")
    .default(ENTRYPOINT_IMAGE);
