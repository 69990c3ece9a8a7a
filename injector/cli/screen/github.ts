// A run on GitHub Actions: a group for each step, an annotation for each failure, and a summary of the job
// (docs.github.com, "Workflow commands"). What steps print is never taken for a command of the workflow.

import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { decisiveSteps } from "../../record/decisive.ts";
import type { RunEvent, RunRecord } from "../../record/record.ts";
import { duration, millisecondsBetween } from "../../record/units.ts";
import type { Paint } from "./colour.ts";
import { HeldLines } from "./grouped.ts";
import { type NameOf, Names, recordedName } from "./names.ts";
import { eventText, type View } from "./plain.ts";

/** `summaryFile` is `$GITHUB_STEP_SUMMARY`. */
export function githubView(
  write: (text: string) => void,
  paint: Paint,
  summaryFile: string | undefined,
): View {
  const token = randomUUID();
  const held = new HeldLines();
  const names = new Names();
  return {
    add: (plan) => names.add(plan),
    say: write,
    show: (event) => {
      switch (event.type) {
        case "log":
        case "lines":
          return held.add(event);
        case "stepFinished":
          return write(group(event, held.take(event.step), token, names.of));
        case "notice":
          return write(`::notice::${data(event.message)}\n`);
        case "runFinished":
          write(annotations(event.record).join(""));
          if (summaryFile) appendFileSync(summaryFile, jobSummary(event.record));
          return;
        case "runStarted":
        case "stepStarted":
        case "taskFinished":
          return write(eventText(event, paint, "", names.of) ?? "");
        default:
          event satisfies never;
      }
    },
  };
}

type Finished = Extract<RunEvent, { readonly type: "stepFinished" }>;

/** While `token` holds, no line is a command of the workflow. */
function group(
  event: Finished,
  lines: readonly { readonly line: string }[],
  token: string,
  nameOf: NameOf,
): string {
  const said = lines.map(({ line }) => `${line}\n`).join("");
  const body = said === "" ? "" : `::stop-commands::${token}\n${said}::${token}::\n`;
  return `::group::${property(nameOf(event.step))} ${eventWords(event)}\n${body}::endgroup::\n`;
}

function eventWords({ status }: Finished): string {
  const took = millisecondsBetween(status.startedAt, status.finishedAt);
  return took === undefined ? status.state : `${status.state} in ${duration(took)}`;
}

const annotations = (record: RunRecord): readonly string[] =>
  decisiveSteps(record).map(
    (status) =>
      `::error file=${property(record.source.file)},line=1,title=${property(`${recordedName(status)} ${status.state}`)}::${data(status.message ?? record.message)}\n`,
  );

function jobSummary(record: RunRecord): string {
  const rows = record.steps.map((status) => {
    const took = millisecondsBetween(status.startedAt, status.finishedAt);
    return `| ${cell(recordedName(status))} | ${status.state} | ${took === undefined ? "" : duration(took)} |`;
  });
  return `### ${cell(record.name)} ${record.state}\n\n${cell(record.message)}\n\n| step | state | took |\n| --- | --- | --- |\n${rows.join("\n")}\n\n`;
}

const data = (text: string): string =>
  text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

const cell = (text: string): string => text.replace(/[|<>&`*_[\]\\]/g, "\\$&").replaceAll("\n", " ");
