// A step's script as its author has it, taken back from the layout; and as an argument of its interpreter, because
// Tekton's entrypoint answers references there and not in scripts.

import { SCRIPTS_DIR, scan } from "../../../entrypoint/protocol/index.ts";
import type { Plan, PlannedContainer } from "../../plan/model/plan.ts";
import { escapeVariables } from "../../substitute/expansion.ts";
import { cannot } from "./cannot.ts";

/** Undefined where the step has a command of its own. */
export function scriptOf({ command, mounts }: PlannedContainer, { layout }: Plan): string | undefined {
  const [path = ""] = command ?? [];
  const scripts = mounts.find((mount) => mount.path === SCRIPTS_DIR);
  const made = layout.mounts.find(({ volume }) => volume === scripts?.volume);
  if (scripts === undefined || made === undefined || !path.startsWith(`${SCRIPTS_DIR}/`)) return undefined;
  const below = [made.path, scripts.subPath, path.slice(SCRIPTS_DIR.length + 1)].filter(Boolean).join("/");
  const file = layout.layout.files.find((one) => one.path === below);
  return file && Buffer.from(file.base64, "base64").toString("utf8");
}

/** `text` is rewritten already; only a shell takes its script as an argument in the same way as from a file. */
export function inlineScript(text: string, { id, args }: PlannedContainer) {
  const [head = "", ...body] = text.split("\n");
  const interpreter = head.slice(2).trim().split(/\s+/);
  const program = interpreter.findLast((word) => !word.startsWith("-")) ?? "";
  if (!SHELLS.has(program.slice(program.lastIndexOf("/") + 1)))
    throw cannot(
      `${id} has a result in its script, which Tekton can only hand to a shell, not to ${program}`,
    );
  if (text.includes("[*])"))
    throw cannot(`${id} has a list of results in its script, which Tekton cannot write there`);
  const words = scan(body.join("\n")).map((one) =>
    one.kind === "literal" ? beforeReference(one.text) : escapedUnlessLate(one),
  );
  return { command: interpreter, args: ["-c", words.join(""), id, ...args] };
}

/** A dollar right in front of a reference is escaped too. */
const beforeReference = (text: string): string => escapeVariables(`${text}$`).slice(0, -1);

const SHELLS = new Set(["sh", "ash", "bash", "dash", "ksh", "zsh"]);

const escapedUnlessLate = ({
  raw,
  path,
}: {
  readonly raw: string;
  readonly path: readonly string[];
}): string => (path[0] === "steps" || path[0] === "context" ? raw : escapeVariables(raw));
