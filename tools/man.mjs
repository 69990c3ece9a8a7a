// The manual page, from what the command line says of itself: node tools/man.mjs >baton.1
import { execFileSync } from "node:child_process";

const cli = new URL("../dist/cli.mjs", import.meta.url).pathname;
const { version, verbs } = JSON.parse(execFileSync(process.execPath, [cli, "completion", "json"], { encoding: "utf8" }));

/** Text for roff: no line of it is a request, and hyphens are hyphens. */
const text = (words) => words.replaceAll("\\", "\\e").replaceAll("-", "\\-").replace(/^([.'])/gm, "\\&$1");

const verb = ({ usage, summary, options }) => [
  `.SS ${text(`baton ${usage}`)}`,
  text(summary),
  ...options.flatMap(({ flags, description, choices }) => [
    ".TP",
    `.B ${text(flags)}`,
    text(choices.length === 0 ? description : `${description} (${choices.join(", ")})`),
  ]),
];

console.log(
  [
    `.TH BATON 1 "" "baton ${version}"`,
    ".SH NAME",
    "baton \\- runs the steps of a task in order, next to their data",
    ".SH SYNOPSIS",
    ".B baton",
    "VERB [OPTION]... [FILE]...",
    ".SH VERBS",
    ...verbs.flatMap((one) => [...verb(one), ...one.verbs.flatMap(verb)]),
    ".SH EXIT STATUS",
    "0 where all went well, 2 for a mistake of the user, 1 for a defect; baton run exits with the code of the first step that failed.",
  ].join("\n"),
);
