// A Plan as a Pod that podman plays (`podman kube play`, from version 4).

import type { Renderer } from "../../backend.ts";
import { openVolumes } from "../directories.ts";
import { renderWith } from "./index.ts";
import { PODMAN } from "./profile.ts";

const render = renderWith(PODMAN);

export const podman: Renderer = {
  name: "podman",
  render: (plans, options) => render(plans.map(openVolumes), options),
};
