// What the images of a run were, as the kubelet says of the containers that were made of them.

import type { Plan } from "../../plan/model/plan.ts";
import type { ImageRecord } from "../../record/record.ts";
import type { Pod } from "./pod-watch.ts";
import { statusesOf } from "./trouble.ts";

/** Each once, in the plan's order. A node says nothing of its platform in a pod; its images are of it. */
export function imagesOf({ steps, sidecars }: Plan, pod: Pod | undefined): readonly ImageRecord[] {
  const ids = new Map((pod === undefined ? [] : statusesOf(pod)).map(({ name, imageID }) => [name, imageID]));
  const records = [...steps, ...sidecars].flatMap(({ id, image }) =>
    image === undefined ? [] : [record(image, ids.get(id) ?? "")],
  );
  return [...new Map(records.map((one) => [JSON.stringify(one), one])).values()];
}

function record(image: string, id: string): ImageRecord {
  const common = { image, platform: "linux" };
  const [, repository, sha256] = /^(?:[a-z-]+:\/\/)?(?:(.*)@)?sha256:([0-9a-f]{64})$/.exec(id) ?? [];
  if (sha256 === undefined) return common;
  return { ...common, ...(repository === undefined ? {} : { repository }), digest: { sha256 } };
}
