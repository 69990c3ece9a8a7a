// A disk that is full, whenever and however: a real tmpfs of a few pages and files, which a step fills to the last but a few.
import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Build, NATIVE, within } from "../blackbox/_entrypoint.ts";
import { startWithMounts } from "../blackbox/_pod.ts";
import { type RunFolder, runFolder } from "../blackbox/_run.ts";
import { budget, random } from "./_budget.ts";

/** Pages of the disk; files and directories on it. */
const SIZES = ["size=64k,nr_inodes=1k", "size=1m,nr_inodes=32", "size=40k,nr_inodes=40"];

describe.each(NATIVE)("$name: a step that leaves of its run's disk", (build) => {
  test.each(["bytes", "files"] as const)(
    "next to no %s has one ending, and the next one ends as that says",
    async (what) => {
      const end = Date.now() + budget(0.02);
      const next = random();
      do {
        const run = runFolder();
        const size = SIZES[Math.floor(next() * SIZES.length)] ?? "";
        const left = Math.floor(next() * 8);
        const { posts, codes, ran } = await endsOf(build, run, what, size, left, next() < 0.5);
        expect(posts, `${size}, ${left} left`).toHaveLength(1);
        const isWell = posts[0] === "out";
        expect(codes, `${size}, ${left} left`).toEqual(
          isWell ? ["0", expect.any(String)] : [expect.any(String), "1"],
        );
        if (!isWell) expect(ran).toBe(false);
        run.remove();
      } while (Date.now() < end);
    },
  );
});

/** Fills the disk $1 until $2 pages, or files, are left. */
const FILL = {
  bytes: `head -c 2000000 /dev/zero > "$1/fill"; truncate -s -$(($2 * 4096)) "$1/fill"`,
  files: `i=0; while : > "$1/fill-$i"; do i=$((i + 1)); done; while [ "$2" -gt 0 ] && [ "$i" -gt 0 ]; do i=$((i - 1)); rm -f "$1/fill-$i"; set -- "$1" $(($2 - 1)); done`,
};

/** Of a step that fills the disk on which its run is, and of one that waits for it, and was there before or comes later. */
async function endsOf(
  build: Build,
  run: RunFolder,
  what: keyof typeof FILL,
  size: string,
  left: number,
  isEarly: boolean,
) {
  const disk = run.file("disk");
  const entrypoint = build.argv.map((word) => `'${word}'`).join(" ");
  const flags = (index: number) =>
    `-step_name s${index} -post_file ${disk}/run/${index}/out -step_metadata_dir ${disk}/run/${index}/status`;
  const first = `${entrypoint} ${flags(0)} -termination_path ${run.termination(0)} -entrypoint sh -- "$2" ${disk} ${left}; echo "code $?"`;
  const second = `${entrypoint} ${flags(1)} -termination_path ${run.termination(1)} -wait_file ${disk}/run/0/out -entrypoint touch -- ${run.file("ran")}`;
  // A directory that the second one cannot make is nothing that it can be told in: it is made before the disk is full.
  const script = `mkdir -p ${disk}/run/1/status; ${
    isEarly
      ? `${second} & until [ -e ${disk}/run/1/out.alive ]; do sleep 0.01; done; ${first}; wait $!; echo "code $?"`
      : `${first}; rm -f ${disk}/fill*; ${second}; echo "code $?"`
  }; ls ${disk}/run/0`;
  const file = run.file("fill.sh");
  writeFileSync(file, `(${FILL[what]}) 2> /dev/null; exit 0`);
  const started = startWithMounts(run, [["tmpfs", disk, size]], ["sh", "-c", script, "sh", "", file]);
  const { stdout } = await within(20_000, "both end", started.ended);
  const lines = stdout.split("\n");
  return {
    posts: lines.filter((line) => line === "out" || line === "out.err"),
    codes: lines.flatMap((line) => /^code (\d+)$/.exec(line)?.[1] ?? []),
    ran: run.read("ran") !== undefined,
  };
}
