// A compose file, from its text to the last event. Compose itself says what it means (variables, extends, includes, profiles);
// its jobs are made to take turns.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { BINARY, formatFlags } from "../../entrypoint/protocol/index.ts";
import type { RunOptions } from "../backends/backend.ts";
import type { EngineName } from "../backends/containers/call.ts";
import { type ComposeRun, type MountsOf, runComposeFile } from "../backends/containers/compose-file.ts";
import { type Diagnostic, mistake, UserError } from "../diagnostics/diagnostic.ts";
import { isCompose } from "../documents/compose.ts";
import { readYaml } from "../documents/load/yaml.ts";
import type { SourceText } from "../documents/load.ts";
import { printDocument } from "../documents/print.ts";
import { asRaw } from "../documents/raw.ts";
import type { Raw } from "../documents/spec.ts";
import { composeWords } from "../inject/compose/inject.ts";
import { withoutJobs } from "../inject/compose/jobs.ts";
import { type Turn, turnsOf } from "../inject/compose/order.ts";
import { composePlan } from "../inject/compose/plan.ts";
import { OWN, type Project, readProject } from "../inject/compose/project.ts";
import { wordsIn } from "../inject/compose/words.ts";
import type { Plan } from "../plan/model/plan.ts";
import type { StreamEvent } from "../record/record.ts";
import type { ImageWords } from "../references/image-command.ts";

export interface ComposeOptions extends RunOptions {
  readonly engine: EngineName;
  readonly profiles: readonly string[];
  /** Called with the plan before the first event. */
  readonly onPlan?: (plan: Plan) => void;
}

/** What a compose file would run, by itself: variables in it stay. Throws UserError. */
export function planCompose(file: SourceText, profiles: readonly string[]): Plan {
  const data = dataOf(file);
  const { project, faults } = readProject(withoutJobs(data), profiles);
  const { turns, faults: more } = allTurns(project);
  throwThose(file, [...faults, ...more]);
  return composePlan(turns, { name: projectName(file, data), file: file.path });
}

/** The stream ends with `runFinished`. Throws UserError for what cannot be run. */
export async function* runCompose(
  file: SourceText,
  { engine, profiles, ...options }: ComposeOptions,
): AsyncGenerator<StreamEvent, void> {
  const data = dataOf(file);
  const { turns } = allTurns(readProject(withoutJobs(data), profiles).project);
  planCompose(file, profiles);
  if (!turns.some(({ service }) => service.isJob)) throw noJobs(file.path);
  const name = projectName(file, data);
  const folder = resolve(dirname(file.path));
  const events = runComposeFile(
    {
      engine,
      folder,
      text: printDocument(withoutJobs(data)),
      others: overridesOf(file.path),
      profiles,
      project: name,
      read: (resolved) => asRun(withOwn(resolved as Raw, withoutJobs(data)), file, name, profiles),
    },
    options,
  );
  const digest = { sha256: createHash("sha256").update(file.text).digest("hex") };
  const request = { target: name, params: {}, workspaces: {}, sources: [{ name: file.path, digest }] };
  for await (const event of events)
    yield event.type === "runFinished" ? { ...event, record: { ...event.record, request } } : event;
}

/** As compose has resolved it. */
function asRun(data: Raw, file: SourceText, name: string, profiles: readonly string[]): ComposeRun {
  const { project, faults } = readProject(data, profiles.length === 0 ? ["*"] : [...profiles, "*"]);
  const { turns, faults: more } = allTurns(project);
  throwThose(file, [...faults, ...more]);
  const plan = composePlan(turns, { name, file: file.path });
  const images = new Map(
    turns.map(({ service }) => [service.name, imageOf(service.fields, name, service.name)]),
  );
  return {
    plan,
    indexes: new Map(turns.map(({ service, index }) => [service.name, index])),
    images: turns.flatMap(({ service }) =>
      wordsIn(service.fields["entrypoint"]) === undefined ? (images.get(service.name) ?? []) : [],
    ),
    built: turns.some(({ service }) => service.fields["build"] !== undefined),
    ordered: (words, mounts) => orderedModel(data, turns, plan, { images, words, mounts }),
  };
}

/** Compose tells everything of a file as JSON but what begins with x-. */
function withOwn(resolved: Raw, written: Raw): Raw {
  const ours = asRaw(written["services"]);
  const services = Object.entries(asRaw(resolved["services"])).map(([name, fields]) => {
    const own = asRaw(ours[name])[OWN];
    return [name, own === undefined ? fields : { ...asRaw(fields), [OWN]: own }] as const;
  });
  const own = written[OWN] === undefined ? {} : { [OWN]: written[OWN] };
  return { ...resolved, ...own, services: Object.fromEntries(services) };
}

interface Surroundings {
  readonly images: ReadonlyMap<string, string>;
  readonly words: ReadonlyMap<string, ImageWords>;
  readonly mounts: MountsOf;
}

/** Nobody but baton starts, restarts or asks its services. */
function orderedModel(data: Raw, turns: readonly Turn[], plan: Plan, around: Surroundings): Raw {
  const flags = new Map([...plan.steps, ...plan.sidecars].map((one) => [one.id, one.flags]));
  const services = turns.map(({ service, index }) => {
    const { name, fields } = service;
    const {
      depends_on: _on,
      container_name: _name,
      profiles: _profiles,
      healthcheck: _test,
      ...rest
    } = fields;
    const image = around.images.get(name) ?? "";
    const words = [
      BINARY,
      ...(service.isJob ? [] : ["sidecar"]),
      ...formatFlags(flags.get(name) ?? {}),
      "--",
    ];
    const mounts = around.mounts(index).map(({ source, target, readOnly }) => ({
      type: "bind",
      source,
      target,
      read_only: readOnly,
    }));
    const { entrypoint, command } = composeWords(fields, around.words.get(image));
    return [
      name,
      {
        ...rest,
        image,
        ...(command === undefined ? {} : { command }),
        entrypoint: [...words, ...entrypoint],
        restart: "no",
        volumes: [...(Array.isArray(fields["volumes"]) ? fields["volumes"] : []), ...mounts],
      },
    ] as const;
  });
  const { name: _, ...others } = data;
  return { ...others, services: Object.fromEntries(services) };
}

const imageOf = ({ image }: Raw, project: string, name: string): string =>
  typeof image === "string" ? image : `${project}-${name}`;

/** Every service is told of: those that nobody waits for run beside the jobs too. */
function allTurns(project: Project) {
  return turnsOf(project, true);
}

function dataOf(file: SourceText): Raw {
  const { documents, diagnostics } = readYaml(file.path, file.text);
  const wrong = diagnostics.filter(({ severity }) => severity === "error");
  if (wrong.length > 0) throw new UserError(wrong);
  const found = documents.find(({ data }) => isCompose(data));
  return asRaw(found?.data);
}

function throwThose(file: SourceText, faults: ReturnType<typeof turnsOf>["faults"]): void {
  if (faults.length === 0) return;
  const [document] = readYaml(file.path, file.text).documents;
  throw new UserError(
    faults.map(
      ({ fault, path, of }): Diagnostic => ({
        ...fault,
        ...(document && { place: document.place(path, of) }),
      }),
    ),
  );
}

function projectName({ path }: SourceText, data: Raw): string {
  const name = data["name"] ?? process.env["COMPOSE_PROJECT_NAME"] ?? basename(resolve(dirname(path)));
  const plain = String(name)
    .toLowerCase()
    .replace(/[^-a-z0-9]+/g, "-");
  return plain.replace(/^-+|-+$/g, "") || "compose";
}

/** Compose reads one of that name beside the file. */
function overridesOf(path: string): readonly string[] {
  const file = join(dirname(path), basename(path).replace(/(\.ya?ml)$/, ".override$1"));
  return existsSync(file) ? [resolve(file)] : [];
}

const noJobs = (file: string) =>
  mistake(
    "nothing-to-order",
    `nothing in ${file} ends: no service is waited for with service_completed_successfully`,
    "say x-baton: {job: true} in the service that ends, such as the tests",
  );
