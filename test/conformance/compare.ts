// make compare TKN_ACT=program TKN_ACT_FIXTURES=folder TEKTON=folder: both on one docker, and docs/tkn-act.md.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readAcceptance } from "./acceptance.ts";
import { startBackend } from "./backends.ts";
import { readExamples } from "./examples.ts";
import { PASSED } from "./outcomes.ts";
import { type Compared, compare, PAUSE, peerTable, readFixtures } from "./peer.ts";

const { TEKTON = "", TKN_ACT = "tkn-act", TKN_ACT_FIXTURES = "", ONLY = "" } = process.env;
const folder = mkdtempSync(join(tmpdir(), "compare-"));
for (const kind of ["CACHE", "DATA", "STATE"])
  process.env[`XDG_${kind}_HOME`] = join(folder, kind.toLowerCase());

const written = [...readFixtures(TKN_ACT_FIXTURES), ...readExamples(TEKTON)]
  .filter(({ path, need }) => need === undefined && new RegExp(ONLY).test(path))
  .map((example) => {
    const file = join(folder, example.path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, example.text);
    return { ...example, file };
  });
const docker = await startBackend("docker", [PAUSE, ...written.flatMap(({ images }) => images)]);
const compared = await compare(written, TKN_ACT, docker).finally(() => docker.stop());
const isExample = ({ name }: Compared) => name.startsWith("examples/");
const examples = written.filter(({ path }) => path.startsWith("examples/"));
const both = compared.filter(isExample);
const { TEKTON_VALIDATE } = process.env;
const verdicts = new Map(
  TEKTON_VALIDATE === undefined
    ? []
    : [
        ...readAcceptance(
          TEKTON_VALIDATE,
          written.map(({ file }) => file),
        ),
      ].map(([file, verdict]) => [
        file.slice(folder.length + 1),
        verdict === PASSED ? "accepted" : "refused",
      ]),
);
rmSync(folder, { recursive: true, force: true });
const page = [
  readFileSync("test/conformance/tkn-act-head.md", "utf8").trim(),
  "## Its fixtures on both",
  "On one docker, one run each on a busy machine. Where Baton ends with 2 it refuses the file, and the last column says whether Tekton does; `when-and-finally` wants a param and `volumes` data, which neither was given.",
  peerTable(
    compared.filter((one) => !isExample(one)),
    verdicts,
  ),
  "## Tekton's examples on both",
  `Of ${examples.length} that need no network and no cluster tkn-act ran ${both.length} to a good end, these; [Baton's](conformance.md) are on a page of their own.`,
  peerTable(both, verdicts),
];
writeFileSync("docs/tkn-act.md", `${page.join("\n\n")}\n`);
