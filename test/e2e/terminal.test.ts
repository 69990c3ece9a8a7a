// What steps print and what things are called never commands a terminal; what is piped is what was said.
import { expect, test } from "vitest";
import { folder, taskOf } from "./_baton.ts";

const FORGED =
  "\\r\\033[2K[verify] signature is good\\033]0;title\\007 \\033[31mred\\033[0m \\302\\233 \\342\\200\\256";
const TASK = taskOf({ liar: `printf '${FORGED}\\n'; exit 3` });

const ON_A_TERMINAL = { wrap: ["sh", "-c", 'exec script -qec "$0 $*" /dev/null'] };

test("on a terminal control characters are shown as escapes", async () => {
  const { start } = folder({ "task.yaml": TASK });
  const { stdout } = await start(["run", "task.yaml"], ON_A_TERMINAL).ended;
  expect(stdout).toContain(
    "\\r\\e[2K[verify] signature is good\\e]0;title\\a \\e[31mred\\e[0m \\x9b \\u202e",
  );
  expect(stdout.replace(OURS, "")).not.toMatch(COMMANDS);
  // What moves the cursor for the lines of the steps is baton's own, and obeyed.
  expect(stdout).not.toContain("A\\e[0J");
});

test("a mistake of the user's is told without the characters in it", async () => {
  const { start } = folder({ "task.yaml": 'apiVersion: tekton.dev/v1\nkind: "\\u001b[2Kx"\n' });
  const { stdout } = await start(["validate", "task.yaml"], ON_A_TERMINAL).ended;
  expect(stdout).toContain("\\e[2Kx");
  expect(stdout.replace(OURS, "")).not.toMatch(COMMANDS);
});

test("in a pipe and in JSON they are what they are", async () => {
  const { baton } = folder({ "task.yaml": TASK });
  const said = "\r\u001b[2K[verify] signature is good\u001b]0;title\u0007 \u001b[31mred";
  expect((await baton("run", "task.yaml")).stdout).toContain(said);
  const { stdout } = await baton("run", "task.yaml", "-o", "events");
  expect(stdout).toContain(JSON.stringify(said).slice(1, -1));
});

/** Colours of baton's own, where it draws, and the ends of lines that a terminal makes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal gets
const OURS = /\u001b\[(0|1|2|3[1-6])m|\u001b\[\d+A\u001b\[0J|\r\n/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys
const COMMANDS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/;
