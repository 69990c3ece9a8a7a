// What compose is getting itself: `jobs:` beside the services, and `pre_start` steps in front of one. Both become services
// that end, so that a file which has them runs in order on any compose.

import { asRaw, isRaw } from "../../documents/raw.ts";
import type { Raw } from "../../documents/spec.ts";
import { dependsOn, OWN } from "./project.ts";

/** The same file without words that only a newer compose knows. */
export function withoutJobs(data: Raw): Raw {
  const { jobs, ...rest } = data;
  const all = { ...asRaw(data["services"]) };
  for (const [name, fields] of Object.entries(asRaw(jobs))) all[name] = asJob(asRaw(fields));
  const services = Object.fromEntries(
    Object.entries(all).flatMap(([name, fields]) => withInit(name, asRaw(fields))),
  );
  return { ...rest, services };
}

/** A schedule is for whoever starts it. */
const asJob = ({ schedule: _, ...fields }: Raw): Raw => ({
  ...fields,
  [OWN]: { ...asRaw(fields[OWN]), job: true },
});

/** Each step of it after the one before, and the service after the last. */
function withInit(name: string, { pre_start: steps, ...fields }: Raw): readonly (readonly [string, Raw])[] {
  if (!Array.isArray(steps)) return [[name, fields]];
  const made: (readonly [string, Raw])[] = [];
  let before = dependsOn(fields);
  for (const [index, step] of steps.filter(isRaw).entries()) {
    const own = `${name}-pre-start-${index + 1}`;
    made.push([own, asJob({ ...surroundings(fields), entrypoint: [], ...step, depends_on: before })]);
    before = { [own]: { condition: "service_completed_successfully" } };
  }
  return [...made, [name, { ...fields, depends_on: { ...dependsOn(fields), ...before } }]];
}

/** What a step in front of a service has of it: where it runs and with what, and not that it is there to be asked. */
function surroundings(fields: Raw): Raw {
  const { ports, expose, healthcheck, restart, container_name, depends_on, command, deploy, scale, ...rest } =
    fields;
  void [ports, expose, healthcheck, restart, container_name, depends_on, command, deploy, scale];
  return rest;
}
