// A run as one HTML file, without network: its graph, where the time went, what each step said, results, artifacts, and
// what has changed since an earlier run. Whatever a user or a step has written is text in it, never markup.

import { digestText } from "../../entrypoint/protocol/index.ts";
import { lineageOfRuns } from "../lineage/lineage.ts";
import { pictureOf } from "../lineage/picture.ts";
import { lineageOf } from "../lineage/summary.ts";
import { escaped, svg } from "../pictures/svg.ts";
import { decisiveSteps, isDecisive } from "../record/decisive.ts";
import { readableSteps } from "../record/readable.ts";
import type { RunRecord, StepRecord } from "../record/record.ts";
import { duration, millisecondsBetween, sizeText } from "../record/units.ts";
import { changes } from "./changes.ts";
import { search } from "./search.ts";
import { STYLE } from "./style.ts";
import { table } from "./table.ts";
import { type Timing, timingsOf } from "./timing.ts";
import type { StepLog, Told } from "./told.ts";

export interface PageOptions {
  /** An earlier run to compare with. */
  readonly earlier?: RunRecord;
}

export function reportPage(told: Told, { earlier }: PageOptions = {}): string {
  const { record, graph } = told;
  const timings = timingsOf(record, graph);
  const title = `${record.name} ${record.state}`;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">',
    // Nothing is loaded from anywhere, whatever were to slip through.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline'">`,
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    '<a class="skip" href="#steps">Skip to the steps</a>',
    header(record),
    "<main>",
    failure(told),
    section("graph", "What ran after what", picture(told)),
    section("time", "Where the time went", timeline(record, timings)),
    steps(told, timings),
    section("results", "Results", results(record)),
    section("artifacts", "Artifacts", artifacts(record)),
    section("lineage", "What came of what", lineage(record)),
    section("request", "What was asked for", request(record)),
    earlier === undefined ? "" : section("changes", `Since ${earlier.startedAt}`, changes(earlier, record)),
    `</main><script>(${search.toString()})(document)</script></body></html>\n`,
  ].join("\n");
}

function header(record: RunRecord): string {
  const took = duration(millisecondsBetween(record.startedAt, record.finishedAt) ?? 0);
  return `<header><h1>${escaped(record.name)} <span class="state ${escaped(record.state)}">${escaped(record.state)}</span></h1>
<p>${escaped(record.message)}</p>
<p class="dim">${escaped(took)} on ${escaped(record.backend)}, from <time>${escaped(record.startedAt)}</time>; exit code ${record.exitCode}; ${escaped(record.source.kind)} ${escaped(record.source.name)} in ${escaped(record.source.file)}; baton ${escaped(record.version)}</p></header>`;
}

/** The step that decided, why, and its last lines: what one opens a report for. */
function failure({ record, logs }: Told): string {
  return decisiveSteps(record)
    .map((status) => {
      const lines = logs.get(status.step)?.lines.slice(-10) ?? [];
      return `<section class="failure" aria-label="Failure"><h2><a href="#${anchor(status.step)}">${escaped(nameOf(status))}</a> ${escaped(status.state)}</h2><p>${escaped(status.message ?? "")}</p>${lines.length === 0 ? "" : `<pre>${escaped(lines.join("\n"))}</pre>`}</section>`;
    })
    .join("\n");
}

function picture({ graph, record }: Told): string {
  if (graph.nodes.length === 0) return "";
  const states = new Map(record.steps.map(({ step, state }) => [step, state]));
  const state = (id: string) => states.get(id);
  return `<div class="wide" tabindex="0" role="group" aria-label="Graph">${svg(graph, { title: `steps of ${record.name}`, state, link: (id) => `#${anchor(id)}` })}</div>`;
}

/** A bar for each step that ran; who decided how long it all took is marked. */
function timeline(record: RunRecord, timings: readonly Timing[]): string {
  const total = Math.max(1, millisecondsBetween(record.startedAt, record.finishedAt) ?? 1);
  const byStep = new Map(record.steps.map((status) => [status.step, status]));
  const rows = timings.map((timing) => row(timing, byStep.get(timing.step), total));
  return `<div class="wide"><table class="time"><thead><tr><th scope="col">step</th><th scope="col">took</th><th scope="col">after its last need</th><th scope="col">0 to ${duration(total)}</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div><p class="dim">● marks the critical path: the run would have been shorter without these.</p>`;
}

function row(
  { step, from, to, handOver, critical }: Timing,
  status: StepRecord | undefined,
  total: number,
): string {
  const mark = critical ? ' <abbr title="on the critical path">●</abbr>' : "";
  const name = `<th scope="row"><a href="#${anchor(step)}">${escaped(status === undefined ? step : nameOf(status))}</a>${mark}</th>`;
  if (from === undefined || to === undefined)
    return `<tr>${name}<td></td><td></td><td class="dim">did not run</td></tr>`;
  const place = `margin-left:${percent(from, total)};width:${percent(to - from, total)}`;
  const bar = `<td class="track"><span class="bar ${status?.state ?? ""}${critical ? " critical" : ""}" style="${place}"></span></td>`;
  const gap = handOver === undefined ? "" : duration(handOver);
  return `<tr>${name}<td class="number">${duration(to - from)}</td><td class="number">${gap}</td>${bar}</tr>`;
}

const percent = (part: number, total: number): string => `${((100 * part) / total).toFixed(2)}%`;

function steps({ record, logs }: Told, timings: readonly Timing[]): string {
  const took = new Map(timings.map((one) => [one.step, one]));
  const all = readableSteps(record).map((status) =>
    step(status, took.get(status.step), logs.get(status.step)),
  );
  return `<section id="steps"><h2>Steps and what they said</h2><p><label>Search in names and lines <input type="search" id="search" autocomplete="off"></label> <output id="found"></output></p>${all.join("\n")}</section>`;
}

function step(status: StepRecord, timing: Timing | undefined, log: StepLog | undefined): string {
  const time = timing?.from === undefined || timing.to === undefined ? "" : duration(timing.to - timing.from);
  const tries = status.attempt > 1 ? `${status.attempt} attempts` : "";
  const taken = status.cache?.hit === true ? `from the cache (run ${status.cache.from ?? "unknown"})` : "";
  const told = [status.state, taken, time, tries].filter((word) => word !== "").join(", ");
  const open = isDecisive(status) ? " open" : "";
  const left =
    log === undefined || log.left === 0 ? "" : `<p class="dim">${log.left} earlier lines are left out</p>`;
  const text =
    log === undefined
      ? '<p class="dim">It said nothing.</p>'
      : `${left}<pre>${escaped(log.lines.join("\n"))}</pre>`;
  return `<details class="step" id="${anchor(status.step)}"${open}><summary><span class="name">${escaped(nameOf(status))}</span> <span class="state ${status.state}">${escaped(told)}</span></summary>${status.message === undefined ? "" : `<p>${escaped(status.message)}</p>`}${text}</details>`;
}

function results({ results: all }: RunRecord): string {
  const rows = all.map(({ name, value }) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return table(["result", "value"], rows);
}

/** Drawn where a step has made something of data; `baton lineage` looks over many runs. */
function lineage(record: RunRecord): string {
  const graph = pictureOf(lineageOfRuns([lineageOf(record)]));
  if (graph.nodes.length === 0) return "";
  return `<div class="wide" tabindex="0" role="group" aria-label="Lineage">${svg(graph, { title: `lineage of ${record.name}` })}</div>`;
}

function artifacts({ artifacts: all, steps: recorded }: RunRecord): string {
  const names = new Map(recorded.map((status) => [status.step, nameOf(status)]));
  const rows = all.map(({ name, step, digest, size, uri }) => [
    name,
    names.get(step) ?? step,
    digestText(digest),
    size === undefined ? "" : sizeText(size),
    uri,
  ]);
  return table(["artifact", "left by", "digest", "size", "where"], rows);
}

function request({ request: asked, images }: RunRecord): string {
  const params = Object.entries(asked?.params ?? {}).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const sources = (asked?.sources ?? []).map(({ name, digest }) => [name, digestText(digest)]);
  const pulled = images.map(({ image, platform, digest }) => [
    image,
    platform,
    digest === undefined ? "" : digestText(digest),
  ]);
  return [
    table(["param", "value"], params),
    table(["source", "digest"], sources),
    table(["image", "platform", "digest"], pulled),
  ].join("\n");
}

function section(id: string, title: string, body: string): string {
  return body.trim() === "" ? "" : `<section id="${id}"><h2>${escaped(title)}</h2>${body}</section>`;
}

/** One of a matrix is called by its values. */
const nameOf = ({ step, label = step }: StepRecord): string => label;

const anchor = (step: string): string => `s-${encodeURIComponent(step)}`;
