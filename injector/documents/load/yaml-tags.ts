// What plain YAML scalars are, as Kubernetes reads them: YAML 1.1's booleans (y and n excepted), octals and merge keys,
// but no timestamps, binaries or base-60 numbers.

import type { ScalarTag, Tags } from "yaml";

/** Out of all that YAML 1.1 has. */
export function kubernetesTags(tags: Tags): Tags {
  const kept = tags.filter(
    (tag) =>
      typeof tag === "string" ||
      !(NOT_IN_KUBERNETES.test(tag.tag) || ("format" in tag && tag.format === "TIME")),
  );
  return kept.map((tag) => {
    if (typeof tag === "string") return tag;
    const scalar = tag as ScalarTag;
    if (tag.tag === "tag:yaml.org,2002:bool")
      return { ...scalar, test: scalar.test?.test("true") ? TRUE : FALSE };
    // The library takes a lone "." for a number.
    return tag.tag === "tag:yaml.org,2002:float" && scalar.test?.test(".") ? { ...scalar, test: FLOAT } : tag;
  });
}

const NOT_IN_KUBERNETES = /timestamp|binary|omap|pairs|set$/;
const TRUE = /^(?:[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/;
const FLOAT = /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)$/;
const FALSE = /^(?:[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/;
