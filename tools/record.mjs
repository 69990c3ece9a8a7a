// The picture of a run in README.md: `baton run` at a real terminal, what it wrote when, as an animated SVG.
//   node tools/record.mjs > docs/pictures/run.svg
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COLUMNS = 76;
const LINES = 22;
/** How long the end stays, in milliseconds. */
const END = 4_000;
/** What follows sooner belongs to the frame before. */
const TOGETHER = 90;

const CI = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: ci
spec:
  tasks:
    - name: clone
      taskSpec:
        steps: [{name: checkout, script: 'sleep 0.5; echo cloned 212 files'}]
    - name: lint
      runAfter: [clone]
      taskSpec:
        steps: [{name: style, script: 'sleep 1.2; echo no complaints'}]
    - name: test
      runAfter: [clone]
      taskSpec:
        steps: [{name: unit, script: 'sleep 0.7; echo 41 passed; sleep 0.9; echo 83 passed'}]
    - name: ship
      runAfter: [lint, test]
      taskSpec:
        results: [{name: digest}]
        steps:
          - {name: build, script: 'sleep 0.8; printf sha256:3f8c2d | tee $(results.digest.path)'}
          - {name: push, script: 'sleep 0.4; echo pushed'}
  results:
    - {name: digest, value: $(tasks.ship.results.digest)}
`;

const STYLES = { 1: "b", 2: "d", 31: "r", 32: "g", 33: "y", 34: "u", 35: "m", 36: "c" };

const chunks = await record();
process.stdout.write(svg(framesOf(chunks)));

/** What a terminal of this size was told, and when. */
async function record() {
  const folder = mkdtempSync(join(tmpdir(), "baton-record-"));
  try {
    writeFileSync(join(folder, "ci.yaml"), CI);
    symlinkSync(join(import.meta.dirname, "../dist/cli.mjs"), join(folder, "baton"));
    const words = `stty rows ${LINES} cols ${COLUMNS}; printf '$ baton run ci.yaml\\n'; ./baton run ci.yaml --no-record`;
    const { NO_COLOR: _no, ...environment } = process.env;
    const child = spawn("script", ["-qec", words, "/dev/null"], {
      cwd: folder,
      env: { ...environment, TERM: "xterm-256color" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const told = [];
    const begun = Date.now();
    child.stdout.setEncoding("utf8").on("data", (text) => told.push({ at: Date.now() - begun, text }));
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`script ended with ${code}: ${told.map(({ text }) => text).join("")}`);
    return told;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The screen after each moment in which something was told. */
function framesOf(told) {
  const screen = [[]];
  const frames = [];
  let style = "";
  for (const { at, text } of told) {
      for (const part of text.split(/(\u001b\[[\d;]*[A-Za-z]|\r?\n)/)) style = put(screen, part, style);
    const last = frames.at(-1);
    const lines = screen.slice(-LINES).map((line) => line.map((one) => ({ ...one })));
    if (last !== undefined && at - last.at < TOGETHER) last.lines = lines;
    else frames.push({ at, lines });
  }
  return frames;
}

/** Newlines, "up n lines", "erase to the end" and colours are all that baton uses. */
function put(screen, part, style) {
  const [, number = "", letter] = /^\u001b\[([\d;]*)([A-Za-z])$/.exec(part) ?? [];
  if (/^\r?\n$/.test(part)) screen.push([]);
  else if (letter === "A") screen.splice(Math.max(0, screen.length - 1 - Number(number)), Infinity, []);
  else if (letter === "m") return STYLES[number] ?? "";
  else if (letter === undefined && part !== "") screen.at(-1).push({ text: part.replace(/\r/g, ""), style });
  return style;
}

function svg(frames) {
  const total = frames.at(-1).at + END;
  const percent = (at) => ((at / total) * 100).toFixed(2);
  const height = LINES * 18 + 24;
  const rules = frames.map(({ at }, index) => {
    const until = frames[index + 1]?.at ?? total;
    const hidden = index === 0 ? "" : "0%{opacity:0}";
    return `@keyframes k${index}{${hidden}${percent(at)}%{opacity:1}${index === frames.length - 1 ? "" : `${percent(until)}%{opacity:0}`}}.k${index}{animation:k${index} ${total}ms steps(1,end) infinite}`;
  });
  const drawn = frames.map(({ lines }, index) => {
    const texts = lines.map((line, row) => (line.length === 0 ? "" : `<text y="${row * 18 + 28}">${line.map(span).join("")}</text>`));
    return `<g class="k k${index}${index === frames.length - 1 ? " last" : ""}">${texts.join("")}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${COLUMNS * 8.4 + 24} ${height}" role="img" aria-label="baton run at a terminal: steps that run side by side, their output, and the summary at the end">
<style>rect{fill:#0d1117}text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#e6edf3;white-space:pre}.k{opacity:0}.b{font-weight:bold}.d{fill:#8b949e}.r{fill:#ff7b72}.g{fill:#7ee787}.y{fill:#e3b341}.u{fill:#79c0ff}.m{fill:#d2a8ff}.c{fill:#76e3ea}
${rules.join("\n")}
@media (prefers-reduced-motion:reduce){.k{animation:none}.last{opacity:1}}</style>
<rect width="100%" height="100%" rx="8"/>
<g transform="translate(12 0)">
${drawn.join("\n")}
</g>
</svg>
`;
}

function span({ text, style }) {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return style === "" ? `<tspan>${escaped}</tspan>` : `<tspan class="${style}">${escaped}</tspan>`;
}
