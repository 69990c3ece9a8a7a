// Services of the project: the layout, every step, every sidecar, and one that waits for the run and ends as it does.

import {
  BINARY,
  DEFAULT_GRACE,
  formatDuration,
  formatFlags,
  IMAGE_BINARY,
  LAYOUT_VARIABLE,
} from "../../../entrypoint/protocol/index.ts";
import type { Mount, Plan, PlannedContainer, PlannedSidecar, PlannedStep } from "../../plan/model/plan.ts";
import { COLLECTOR, collectedFlags, lingeringFlags } from "../collector.ts";
import { commandOf, imageOf, startDirectory } from "../command.ts";
import { splitLayout } from "../layout.ts";
import { environmentOf, wordOf } from "./environment.ts";
import { containerFields } from "./fields.ts";
import type { ComposeOptions } from "./options.ts";
import { publishedPorts } from "./ports.ts";
import { literal } from "./text.ts";
import { filesOf } from "./volumes.ts";

export type Service = Readonly<Record<string, unknown>>;

const LAYOUT = "layout";

/** Whether a service is one of those that make the layout. */
export const isLayout = (service: string): boolean => /^layout(-\d+)?$/.test(service);

/** Beyond the entrypoint's own grace, so that it is the one who decides; the engine kills after it. */
const GRACE_RESERVE = 5_000;

const LOCKED = {
  network_mode: "none",
  read_only: true,
  cap_drop: ["ALL"],
  security_opt: ["no-new-privileges:true"],
};

/** One service, or a chain of them where the scripts do not fit into one variable. */
export function layoutServices(plan: Plan, { entrypointImage }: ComposeOptions): [string, Service][] {
  const { layout, mounts } = plan.layout;
  return splitLayout(layout).map((part, at) => [
    layoutName(at),
    {
      image: literal(entrypointImage),
      ...(at === 0 ? {} : { depends_on: { [layoutName(at - 1)]: COMPLETED } }),
      entrypoint: [IMAGE_BINARY],
      command: ["layout"],
      attach: false,
      environment: { [LAYOUT_VARIABLE]: literal(JSON.stringify(part)) },
      user: "0:0",
      ...LOCKED,
      ...mounted(plan, mounts),
    },
  ]);
}

export const stepService = (plan: Plan, step: PlannedStep, options: ComposeOptions): Service => {
  const flags = (options.driven ? collectedFlags : lingeringFlags)(step.flags);
  return wrapped(plan, step, { words: formatFlags(flags), after: readySidecars(plan) }, options);
};

export const sidecarService = (plan: Plan, sidecar: PlannedSidecar, options: ComposeOptions): Service => ({
  ...wrapped(plan, sidecar, { words: ["sidecar", ...formatFlags(sidecar.flags)], after: {} }, options),
  ...healthOf(sidecar),
});

/** Reads what every step left, whoever wrote it: root without any right but that. */
export function collectorService(plan: Plan, collector: PlannedSidecar, options: ComposeOptions): Service {
  const { network_mode, ...locked } = LOCKED;
  const network = sharesNetwork(plan) ? networkOf(options.network) : { network_mode };
  return {
    image: literal(options.entrypointImage),
    ...dependsOn(afterLayout(plan, options)),
    entrypoint: [IMAGE_BINARY],
    command: collector.args.map(literal),
    user: "0:0",
    ...network,
    ...publishedPorts(plan, options),
    ...locked,
    cap_add: ["DAC_READ_SEARCH"],
    ...mounted(plan, collector.mounts),
  };
}

const COMPLETED = { condition: "service_completed_successfully" };

const layoutName = (at: number): string => (at === 0 ? LAYOUT : `${LAYOUT}-${at + 1}`);

/** Whoever drives the project starts the rest when the layout is made: compose looks only twice a second. */
const afterLayout = (plan: Plan, { driven }: ComposeOptions) =>
  driven ? {} : { [layoutName(splitLayout(plan.layout.layout).length - 1)]: COMPLETED };

const dependsOn = (conditions: Service) =>
  Object.keys(conditions).length === 0 ? {} : { depends_on: conditions };

function wrapped(
  plan: Plan,
  of: PlannedContainer,
  { words, after }: { readonly words: readonly string[]; readonly after: Service },
  options: ComposeOptions,
): Service {
  const environment = environmentOf(plan, of);
  const [command, ...args] = commandOf(of).map((word) => wordOf(word, environment));
  const workingDir = startDirectory(of);
  const grace = (of.flags.grace_period ?? DEFAULT_GRACE) + GRACE_RESERVE;
  return {
    image: literal(imageOf(of)),
    ...dependsOn({ ...afterLayout(plan, options), ...after }),
    entrypoint: [BINARY],
    command: [...words.map(literal), "-entrypoint", command, "--", ...args],
    ...(environment.size === 0 ? {} : { environment: Object.fromEntries(environment) }),
    ...(workingDir === undefined ? {} : { working_dir: literal(workingDir) }),
    ...(sharesNetwork(plan) ? { network_mode: `service:${COLLECTOR}` } : networkOf(options.network)),
    ...containerFields(of.container, plan.pod.spec["securityContext"], options),
    stop_grace_period: formatDuration(grace),
    ...mounted(plan, of.mounts),
  };
}

/** In a pod all containers have one network, so that steps find sidecars on localhost. */
const sharesNetwork = (plan: Plan): boolean => plan.sidecars.some(({ id }) => id !== COLLECTOR);

const networkOf = (network: string | undefined) => (network === undefined ? {} : { network_mode: network });

function mounted(plan: Plan, mounts: readonly Mount[]): Service {
  const { volumes, secrets } = filesOf(plan, mounts);
  return { volumes, ...(secrets.length === 0 ? {} : { secrets }) };
}

/** Steps start when sidecars are ready, as far as compose can ask: by a command in the sidecar's own image. */
const readySidecars = (plan: Plan) =>
  Object.fromEntries(
    plan.sidecars
      .filter((sidecar) => "healthcheck" in healthOf(sidecar))
      .map(({ id }) => [id, { condition: "service_healthy" }]),
  );

function healthOf({ container }: PlannedSidecar): Service {
  const probe = container["readinessProbe"] as Probe | undefined;
  const command = probe?.exec?.command;
  if (probe === undefined || command === undefined) return {};
  const { periodSeconds = 10, timeoutSeconds = 1, failureThreshold = 3, initialDelaySeconds = 0 } = probe;
  return {
    healthcheck: {
      test: ["CMD", ...command.map(literal)],
      interval: `${periodSeconds}s`,
      timeout: `${timeoutSeconds}s`,
      retries: failureThreshold,
      start_period: `${initialDelaySeconds}s`,
    },
  };
}

interface Probe {
  readonly exec?: { readonly command?: readonly string[] };
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold?: number;
  readonly initialDelaySeconds?: number;
}
