// Runs a plan as processes of this machine: one entrypoint per step, all started at once, in order by signal files
// in the run's private directory. `openSite` (local/site.ts) comes before planning, because without a mount namespace the plan has
// to be made with other paths.

import type { Runner } from "./backend.ts";
import { runLocally } from "./local/run.ts";
import type { LocalSite } from "./local/site.ts";

/** Runs plans in the site's directory, which whoever opened the site closes. */
export const localRunner = (site: LocalSite): Runner => ({
  name: "local",
  run: (plan, options) => runLocally(site, plan, options),
});
