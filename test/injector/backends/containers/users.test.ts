import { expect, test } from "vitest";
import { rootProblems } from "../../../../injector/backends/containers/users.ts";
import { aPlan, aStep } from "../../_plan.ts";

const problems = (securityContext: object, user: string, pod: object = {}) => {
  const plan = aPlan({ steps: [aStep(0, { container: { securityContext } })] });
  const inPod = { ...plan, pod: { ...plan.pod, spec: { securityContext: pod } } };
  return rootProblems(inPod, () => user).map(({ message }) => message);
};

test.each(["", "0", "0:0", "root", "root:daemon"])("an image's user %j is root", (user) => {
  expect(problems({ runAsNonRoot: true }, user)).toEqual([expect.stringContaining("runs as root")]);
  expect(problems({}, user)).toEqual([]);
  expect(problems({ runAsNonRoot: true, runAsUser: 1 }, user)).toEqual([]);
});

test("a name is nobody that is known not to be root", () => {
  expect(problems({ runAsNonRoot: true }, "nobody")).toEqual([expect.stringContaining("not known")]);
});

test("a container's own word counts before its pod's", () => {
  const pod = { runAsNonRoot: true, runAsUser: 0 };
  expect(problems({}, "5", pod)).toHaveLength(1);
  expect(problems({ runAsUser: 5 }, "", pod)).toEqual([]);
  expect(problems({ runAsNonRoot: false }, "", pod)).toEqual([]);
});
