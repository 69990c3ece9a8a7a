// Whether what must not run as root would, as a kubelet looks at it before it starts a container: engines do not.

import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Plan } from "../../plan/model/plan.ts";

/** `userOf` is the image's own user, as the image says it. */
export function rootProblems(plan: Plan, userOf: (image: string) => string): readonly Diagnostic[] {
  const pod = asFields(plan.pod.spec["securityContext"]);
  return [...plan.steps, ...plan.sidecars].flatMap(({ id, image = "", container }) => {
    const { runAsNonRoot, runAsUser } = { ...pod, ...asFields(container["securityContext"]) };
    if (runAsNonRoot !== true) return [];
    const user = runAsUser === undefined ? userOf(image) : String(runAsUser);
    return NOT_ROOT.test(user) ? [] : [runsAsRoot(id, image, runAsUser === undefined, user)];
  });
}

type Fields = Readonly<Record<string, unknown>>;

/** A number but 0, and a group where there is one. Who a name is, only the image's own files say. */
const NOT_ROOT = /^0*[1-9]\d*(:|$)/;

function runsAsRoot(id: string, image: string, isImages: boolean, user: string): Diagnostic {
  const isNamed = !/^(0*|root)(:|$)/.test(user);
  const who = isNamed ? `${user}, whose number is not known` : "root";
  return {
    code: "runs-as-root",
    message: `${id} is not to run as root (runAsNonRoot), and ${isImages ? `its image ${image}` : "it"} runs as ${who}`,
    severity: "error",
    cure: "give it a runAsUser that is not 0, or an image with a number as its user",
  };
}

const asFields = (value: unknown): Fields =>
  typeof value === "object" && value !== null ? (value as Fields) : {};
