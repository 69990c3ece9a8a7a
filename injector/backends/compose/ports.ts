// Ports of sidecars on the host. All containers share the collector's network, so it is the collector that publishes them.

import type { Plan } from "../../plan/model/plan.ts";
import type { ComposeOptions } from "./options.ts";
import { literal } from "./text.ts";

/** Networks of other containers, the host's own, and none publish nothing. */
export function publishedPorts({ sidecars }: Plan, { network = "bridge" }: ComposeOptions) {
  if (/^(?:host|none)$|:/.test(network)) return {};
  const ports = sidecars
    .flatMap(({ container }) => (container["ports"] ?? []) as readonly ContainerPort[])
    .flatMap(({ containerPort, hostPort, hostIP, protocol = "TCP" }) =>
      hostPort === undefined
        ? []
        : {
            target: containerPort,
            published: String(hostPort),
            protocol: protocol.toLowerCase(),
            ...(hostIP === undefined ? {} : { host_ip: literal(hostIP) }),
          },
    );
  return ports.length === 0 ? {} : { ports };
}

/** As Kubernetes has it. */
interface ContainerPort {
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly hostIP?: string;
  readonly protocol?: string;
}
