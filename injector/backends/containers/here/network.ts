// One network for all containers of a run, as in a pod, so that they find each other on localhost. A container of ours holds
// it for as long as any step may need it; a container that is alone, or in the machine's own network, needs nobody to.

import { BINARY, formatFlags, RUN_DIR } from "../../../../entrypoint/protocol/index.ts";
import type { Plan } from "../../../plan/model/plan.ts";
import { publishedPorts } from "../../compose/ports.ts";
import { bindOf, type ContainerSpec, containerName, type Port, type Site } from "./spec.ts";

const HOLDER = "network";

export interface Shared {
  /** To be started before all others. */
  readonly holder?: ContainerSpec;
  /** Of all others. */
  readonly network?: string;
}

export function sharedNetwork(site: Site): Shared {
  const { network } = site;
  if (!needsHolder(site, network)) return network === undefined ? {} : { network };
  return { holder: holderOf(site, network), network: `container:${containerName(site, HOLDER)}` };
}

/** All that a run may have. */
export const containersOf = ({ steps, sidecars }: Plan, run: Pick<Site, "name">): readonly string[] =>
  [HOLDER, ...[...sidecars, ...steps].map(({ id }) => id)].map((id) => containerName(run, id));

/** Without a network, steps that take turns have nobody to talk to. */
function needsHolder({ plan: { steps, sidecars } }: Site, network: string | undefined): boolean {
  if (network === "host" || network?.startsWith("container:")) return false;
  const isChain = steps.every(({ needs }, at) => at === 0 || needs.some(({ step }) => step === at - 1));
  if (network === "none" && isChain && sidecars.length === 0) return false;
  return steps.length + sidecars.length > 1;
}

/** It ends when all steps have settled: root without any right but to read what they have left. */
function holderOf(site: Site, network: string | undefined): ContainerSpec {
  const { plan } = site;
  const [first] = plan.steps;
  const mounts = (first?.mounts ?? []).filter(
    ({ path }) => path === RUN_DIR || BINARY.startsWith(`${path}/`),
  );
  const posts = plan.steps.flatMap(({ flags }) => flags.post_file ?? []);
  return {
    id: HOLDER,
    name: containerName(site, HOLDER),
    image: site.images.get(first?.image ?? "") ?? "",
    argv: [BINARY, "collect", ...formatFlags({ wait_settled: posts })],
    environment: {},
    mounts: mounts.map((mount) => bindOf(site, { ...mount, readOnly: true })),
    ...(network === undefined ? {} : { network }),
    ports: portsOf(site, network),
    reports: false,
    rights: LOCKED,
  };
}

const LOCKED = {
  user: "0:0",
  read_only: true,
  cap_drop: ["ALL"],
  cap_add: ["DAC_READ_SEARCH"],
  security_opt: ["no-new-privileges:true"],
};

function portsOf({ plan }: Site, network: string | undefined): readonly Port[] {
  const options = { entrypointImage: "", ...(network === undefined ? {} : { network }) };
  const { ports = [] } = publishedPorts(plan, options);
  return ports.map(({ host_ip, ...port }) => ({
    ...port,
    ...(host_ip === undefined ? {} : { hostIp: host_ip }),
  }));
}
