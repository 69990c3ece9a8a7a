// Tekton Chains' conventions: results by whose names unchanged Tasks say what they have built, and of what. What has no
// well-formed digest says nothing.

import { type DigestSet, withoutCredentials } from "../../entrypoint/protocol/index.ts";
import type { ResultRecord, RunRecord } from "../record/record.ts";
import type { ResourceDescriptor } from "./descriptor.ts";

export interface Hints {
  readonly subjects: readonly ResourceDescriptor[];
  readonly byproducts: readonly ResourceDescriptor[];
  readonly dependencies: readonly ResourceDescriptor[];
}

/** Names belong together within a Task, and within the results of the run. */
export function hintsOf({ tasks, results }: RunRecord): Hints {
  const rooms = [...tasks.map((task) => task.results), results];
  return {
    subjects: rooms.flatMap((room) => [
      ...pairs(room, "IMAGE_URL", "IMAGE_DIGEST"),
      ...images(room),
      ...objects(room, "ARTIFACT_OUTPUTS", true),
    ]),
    byproducts: rooms.flatMap((room) => [
      ...pairs(room, "ARTIFACT_URI", "ARTIFACT_DIGEST"),
      ...objects(room, "ARTIFACT_OUTPUTS", false),
    ]),
    dependencies: rooms.flatMap((room) => [...checkouts(room), ...objects(room, "ARTIFACT_INPUTS", false)]),
  };
}

const HEX_DIGITS: Readonly<Record<string, number>> = { sha1: 40, sha256: 64, sha384: 96, sha512: 128 };

/** `sha256:<hex>` */
function digestIn(text: string): DigestSet | undefined {
  const [, algorithm = "", hex = ""] = /^(\w+):([0-9a-f]+)$/.exec(text.trim()) ?? [];
  return hex !== "" && HEX_DIGITS[algorithm] === hex.length ? { [algorithm]: hex } : undefined;
}

const textOf = (room: readonly ResultRecord[], name: string): string => {
  const value = room.find((one) => one.name === name)?.value;
  return typeof value === "string" ? value.trim() : "";
};

/** `<prefix>IMAGE_URL` and `<prefix>IMAGE_DIGEST` */
function pairs(room: readonly ResultRecord[], url: string, digest: string): readonly ResourceDescriptor[] {
  return room
    .filter(({ name }) => name.endsWith(url))
    .flatMap(({ name }) =>
      descriptor(textOf(room, name), textOf(room, name.slice(0, -url.length) + digest), url),
    );
}

/** `IMAGES`: references by digest, with commas or newlines between. */
const images = (room: readonly ResultRecord[]): readonly ResourceDescriptor[] =>
  textOf(room, "IMAGES")
    .split(/[\n,]/)
    .map((one) => one.trim().split("@"))
    .flatMap(([name = "", digest = ""]) => descriptor(name, digest, "IMAGE_URL"));

/** `<prefix>ARTIFACT_OUTPUTS` and the like: `{uri, digest, isBuildArtifact}` */
function objects(
  room: readonly ResultRecord[],
  suffix: string,
  built: boolean,
): readonly ResourceDescriptor[] {
  return room.flatMap(({ name, value }) => {
    if (!name.endsWith(suffix) || typeof value === "string" || !("uri" in value)) return [];
    const { uri = "", digest = "", isBuildArtifact } = value;
    return (isBuildArtifact === "true") === built ? descriptor(uri, digest, suffix) : [];
  });
}

function checkouts(room: readonly ResultRecord[]): readonly ResourceDescriptor[] {
  const [url, gitCommit] = [textOf(room, "CHAINS-GIT_URL"), textOf(room, "CHAINS-GIT_COMMIT")];
  const place = withoutCredentials(url.replace(/^git\+/, ""));
  if (place === undefined || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(gitCommit)) return [];
  return [{ uri: `git+${place}`, digest: { gitCommit } }];
}

/** Names of images are no URIs. */
function descriptor(place: string, text: string, kind: string): readonly ResourceDescriptor[] {
  const digest = digestIn(text);
  if (place === "" || digest === undefined) return [];
  return [kind === "IMAGE_URL" ? { name: place, digest } : { uri: place, digest }];
}
