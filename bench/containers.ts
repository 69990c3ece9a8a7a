// Chains of trivial steps in containers, from the command to the end of the last step: Baton's pod against what engines
// have of their own to run one container after another. Engines are started here, on folders of their own.

import { type Engine, startDocker, startPodman } from "../test/e2e/_engines.ts";
import { compare } from "./compare.ts";
import { composeWays, podmanWays } from "./ways.ts";

const title = (engine: string) => `Chains of \`true\` in containers of ${engine}, command to last end`;

const engines: Engine[] = [];
try {
  const podman = startPodman();
  engines.push(podman);
  await compare(title("podman"), podmanWays(podman, process.env["TEKTON_ENTRYPOINT"]));
  const docker = await startDocker();
  engines.push(docker);
  await compare(title("compose"), composeWays(docker));
} finally {
  for (const engine of engines) await engine.stop();
}
