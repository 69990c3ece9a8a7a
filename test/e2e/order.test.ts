// What a step said and how it ended is told before the start of the step that waited for it: on every backend, each time.
// `ORDER_ROUNDS=100` looks harder than a test run can.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folder, taskOf } from "./_baton.ts";
import { type Engine, IMAGES, startDocker, startPodman } from "./_engines.ts";

const ROUNDS = Number(process.env["ORDER_ROUNDS"] ?? 2);
const STEPS = Array.from({ length: 20 }, (_, at) => `s${at}`);

/** The last line has no end of its own. */
const script = (step: string) => `echo ${step} begins; echo ${step} goes on; echo -n ${step} ends`;

const chain = taskOf(
  Object.fromEntries(STEPS.map((step) => [step, script(step)])),
  `stepTemplate: { image: "${IMAGES.busybox}" }`,
);

const told = STEPS.flatMap((step) => [
  `[${step}] started`,
  ...["begins", "goes on", "ends"].map((word) => `[${step}] ${step} ${word}`),
  `[${step}] succeeded`,
]);

const ON_LOCAL = { on: "local", words: [], open: async (): Promise<Engine | undefined> => undefined };
const ON_PODMAN = {
  on: "podman",
  words: ["--on", "podman", "--network", "host"],
  open: async (): Promise<Engine | undefined> => startPodman(),
};
const ON_DOCKER = {
  on: "docker",
  words: ["--on", "docker", "--network", "none"],
  open: (): Promise<Engine | undefined> => startDocker(),
};

describe.each([
  { ...ON_LOCAL, where: "here" },
  { ...ON_PODMAN, where: "here" },
  { ...ON_PODMAN, where: "elsewhere" },
  { ...ON_DOCKER, where: "here" },
  { ...ON_DOCKER, where: "elsewhere" },
])("on $on, $where", ({ words, open, where }) => {
  let engine: Engine | undefined;
  beforeAll(async () => {
    engine = await open();
  });
  afterAll(() => engine?.stop());

  test(`a chain of ${STEPS.length}, ${ROUNDS} times`, async () => {
    const { start } = folder({ "task.yaml": chain });
    for (let round = 0; round < ROUNDS; round += 1) {
      const environment = { ...engine?.environment, BATON_ENGINE: where };
      const { stdout, stderr } = await start(["run", "task.yaml", "-o", "text", ...words], { environment })
        .ended;
      // A machine without room for one more watch says so, which is no matter of order.
      const lines = stdout.split("\n").filter((line) => line.startsWith("[") && !line.includes("EMFILE"));
      expect(
        lines.map((line) => line.replace(/ in [0-9.]+m?s$/, "")),
        stderr,
      ).toEqual(told);
    }
  });
});
