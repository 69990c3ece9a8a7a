// A compose file whose jobs are all started at once and take turns by themselves. Conditions leave depends_on and become
// flags of the entrypoint; one small service brings it, ends when the last job has, and has the exit code of the one that failed.

import {
  BIN_DIR,
  BINARY,
  type Flags,
  formatFlags,
  IMAGE_BINARY,
  metadataDir,
  postFile,
  RUN_DIR,
  runDir,
} from "../../../entrypoint/protocol/index.ts";
import { literal } from "../../backends/compose/text.ts";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { asRaw } from "../../documents/raw.ts";
import type { Raw } from "../../documents/spec.ts";
import { VERSION } from "../../documents/version.ts";
import { type ImageCommand, type ImageWords, pinned } from "../../references/image-command.ts";
import type { Fault } from "../faults.ts";
import type { InjectOptions } from "../inject.ts";
import { interpolated } from "./interpolation.ts";
import { type Turn, turnsOf } from "./order.ts";
import { dependsOn, readProject, type Service } from "./project.ts";
import { readyFlags } from "./ready-test.ts";
import { wordsIn } from "./words.ts";

export interface ComposeInjectOptions extends InjectOptions {
  /** Those that are active; `*` is all. */
  readonly profiles: readonly string[];
  /** What variables in names of images stand for. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Compose's name of the project, by which it calls images that it builds. */
  readonly project: string;
}

/** The service that brings the entrypoint and ends the project. */
const ENDING_SERVICE = "baton";

const isOrdered = (data: Raw): boolean => {
  const [program] = asList(asRaw(asRaw(data["services"])[ENDING_SERVICE])["entrypoint"]);
  return program === IMAGE_BINARY;
};

/** Everything that keeps the file from having its order, each with its place. */
export function composeFaults(
  data: Raw,
  { profiles }: Pick<ComposeInjectOptions, "profiles">,
): readonly Fault[] {
  if (isOrdered(data)) return [];
  const { project, faults } = readProject(data, profiles);
  const { faults: more } = turnsOf(project);
  const names = Object.keys(asRaw(data["jobs"]));
  return [...faults, ...more, ...names.map(aJob), ...taken(data)];
}

/** Whether anything in it ends that others, or the whole, wait for. */
export const hasJobs = (data: Raw, { profiles }: Pick<ComposeInjectOptions, "profiles">): boolean =>
  isOrdered(data) || readProject(data, profiles).project.services.some(({ isJob }) => isJob);

/** Images whose own words have to be known. */
export function composeImages(data: Raw, options: ComposeInjectOptions): readonly string[] {
  if (isOrdered(data)) return [];
  return turnsOf(readProject(data, options.profiles).project).turns.flatMap(({ service }) =>
    wordsIn(service.fields["entrypoint"]) === undefined ? imageOf(service, options) : [],
  );
}

/** The data of the file with its order; of one that has it already, the same. Throws UserError. */
export function orderCompose(data: Raw, options: ComposeInjectOptions): Raw {
  if (isOrdered(data)) return data;
  const { turns } = turnsOf(readProject(data, options.profiles).project);
  const services = asRaw(data["services"]);
  const names = new Set(Object.keys(services));
  const own = turns.map((turn) => {
    const { name } = turn.service;
    return [name, ordered(asRaw(services[name]), turn, names, options)] as const;
  });
  return {
    ...data,
    services: {
      ...services,
      ...Object.fromEntries(own),
      [ENDING_SERVICE]: endingService(turns, options),
    },
    volumes: { ...asRaw(data["volumes"]), [BIN_VOLUME]: {}, [RUN_VOLUME]: MEMORY },
  };
}

/** Filled from the image of the entrypoint when it is made: another version has another one. */
const BIN_VOLUME = `baton-${VERSION}`;
const RUN_VOLUME = "baton-run";
/** It is gone with the last container that has it, so that the next `up` begins anew. */
const MEMORY = { driver_opts: { type: "tmpfs", device: "tmpfs", o: "mode=1777,nosuid,nodev" } };
const END = `${RUN_DIR}/${ENDING_SERVICE}`;

function ordered(written: Raw, turn: Turn, names: ReadonlySet<string>, options: ComposeInjectOptions): Raw {
  const { service, index, after } = turn;
  const common: Flags = {
    wait_file: after.map(postFile),
    post_file: postFile(index),
    step_name: service.name,
    step_metadata_dir: metadataDir(index),
    linger: END,
  };
  const flags = service.isJob
    ? formatFlags({ ...common, termination_path: `${runDir(index)}/termination` })
    : ["sidecar", ...formatFlags({ ...common, ...readyFlags(service.fields) })];
  const { entrypoint, ...more } = wordsOf(service, options);
  return {
    ...written,
    ...more,
    entrypoint: [BINARY, ...flags, "--", ...entrypoint],
    depends_on: startsAfter(service.fields, names),
    volumes: [...asList(written["volumes"]), `${BIN_VOLUME}:${BIN_DIR}:ro`, `${RUN_VOLUME}:${RUN_DIR}`],
  };
}

/** What the file does not have (it may be included) is compose's to wait for. */
function startsAfter(fields: Raw, names: ReadonlySet<string>): unknown {
  const foreign = Object.entries(dependsOn(fields)).filter(([name]) => !names.has(name));
  if (foreign.length === 0) return [ENDING_SERVICE];
  return { ...Object.fromEntries(foreign), [ENDING_SERVICE]: { condition: "service_started" } };
}

/** Where its image is needed for its words, it is the one that was looked at. */
function wordsOf(service: Service, options: ComposeInjectOptions) {
  const { fields } = service;
  if (wordsIn(fields["entrypoint"]) !== undefined) return composeWords(fields, undefined);
  const [image = ""] = imageOf(service, options);
  const known = options.commands?.get(image);
  if (known === undefined) throw unknownWords(service, image);
  return { ...pin(service, image, known), ...composeWords(fields, known) };
}

/** What goes in front of `command`, which stays as it is written where there is one. */
export function composeWords(
  fields: Raw,
  image: ImageWords | undefined,
): { readonly entrypoint: readonly string[]; readonly command?: readonly string[] } {
  const own = wordsIn(fields["entrypoint"]);
  if (own !== undefined || image === undefined) return { entrypoint: own ?? [] };
  const entrypoint = image.entrypoint.map(literal);
  return (fields["command"] ?? undefined) === undefined
    ? { entrypoint, command: image.cmd.map(literal) }
    : { entrypoint };
}

const pin = ({ fields }: Service, image: string, known: ImageCommand): { readonly image?: string } =>
  fields["build"] !== undefined || known.digest === undefined ? {} : { image: literal(pinned(image, known)) };

function imageOf({ name, fields }: Service, { variables, project }: ComposeInjectOptions): readonly string[] {
  const { image, build } = fields;
  if (typeof image === "string") return [interpolated(image, variables)];
  return build === undefined ? [] : [`${project}-${name}`];
}

/** Root without any right: it reads what all others have left, and is there before them. */
function endingService(turns: readonly Turn[], { entrypointImage }: ComposeInjectOptions): Raw {
  const awaited = new Set(turns.flatMap(({ after }) => after));
  const posts = turns
    .filter(({ service, index }) => service.isJob || awaited.has(index))
    .map(({ index }) => postFile(index));
  return {
    image: literal(entrypointImage),
    entrypoint: [IMAGE_BINARY],
    command: ["collect", ...formatFlags({ wait_settled: posts, post_file: END })],
    user: "0:0",
    network_mode: "none",
    read_only: true,
    cap_drop: ["ALL"],
    volumes: [`${BIN_VOLUME}:/ko-app`, `${RUN_VOLUME}:${RUN_DIR}`],
  };
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const unknownWords = ({ name }: Service, image: string) =>
  mistake(
    "unknown-command",
    `what the image ${image} of the service "${name}" runs by itself is not known`,
    "give the service an entrypoint (an empty one, [], where command says it all), or build the image first",
  );

const aJob = (name: string): Fault => ({
  fault: {
    code: "not-orderable",
    severity: "error",
    message: `${name} is one of the file's jobs, and no \`docker compose up\` starts those`,
    cure: "run the file with `baton run`, or write it among the services",
  },
  path: ["jobs", name],
  of: "key",
});

const taken = (data: Raw): readonly Fault[] =>
  asRaw(data["services"])[ENDING_SERVICE] === undefined
    ? []
    : [
        {
          fault: {
            code: "not-orderable",
            severity: "error",
            message: `the service "${ENDING_SERVICE}" has the name of the one that ends the project`,
            cure: "give it another name",
          },
          path: ["services", ENDING_SERVICE],
          of: "key",
        },
      ];
