// Four rooms of tests: unit (pure, fast), blackbox (the built entrypoints as processes), adversary (attacks, with a seed and a
// time), e2e (whole runs, engines).
// Where KUBERNETES names a folder with a kubelet, a fifth one runs what is compiled on Kubernetes itself (make test-kubelet).
// No retries: a test that fails now and then shows a race, and races are this project's subject.
import { defineConfig } from "vitest/config";

const room = (name: string, include: string[], testTimeout: number, serial: boolean) => ({
  test: {
    ...{ name, include, testTimeout, hookTimeout: 120_000, fileParallelism: !serial },
    setupFiles: ["./test/seed.ts"],
  },
});

export default defineConfig({
  test: {
    reporters: ["default", "./test/reporter.ts"],
    projects: [
      room("unit", ["test/{entrypoint,injector,images,docs}/**/*.test.ts", "test/*.test.ts"], 60_000, false),
      room("blackbox", ["test/blackbox/**/*.test.ts"], 120_000, false),
      // Its time is ADVERSARY_SECONDS, shared by its files.
      room("adversary", ["test/adversary/**/*.test.ts"], 3_600_000, true),
      room("e2e", ["test/e2e/**/*.test.ts"], 300_000, true),
      ...(process.env["KUBERNETES"] === undefined
        ? []
        : [room("kubelet", ["test/kubelet/**/*.test.ts"], 300_000, true)]),
    ],
  },
});
