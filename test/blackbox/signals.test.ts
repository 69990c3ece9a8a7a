// Signals on their way through the entrypoint, and what the command inherits.
import { describe, expect, test } from "vitest";
import { BUILDS, NATIVE, startProgram, startStep, waitFor, within } from "./_entrypoint.ts";
import { processesOf, runFolder } from "./_run.ts";

/** Signals that do not end the step. Not among them: faults of a program's own, job control, SIGPIPE, SIGCHLD. */
const HARMLESS = [
  "QUIT",
  "USR1",
  "USR2",
  "ALRM",
  "CONT",
  "TSTP",
  "URG",
  "XCPU",
  "XFSZ",
  "VTALRM",
  "PROF",
  "WINCH",
  "IO",
  "PWR",
] as const;

/** Appends the name of each signal it gets to a file; ends with 0 when it has "exit" in its environment's place. */
const RECORDER = `
  my ($file, @names) = @ARGV;
  $| = 1;
  for my $name (@names) { $SIG{$name} = sub { open my $log, ">>", $file; print $log "$name\\n"; close $log; exit 9 if $name eq "TERM" } }
  open my $log, ">>", $file; print $log "ready\\n"; close $log;
  select undef, undef, undef, 1 while 1;
`;

describe.each(BUILDS)("$name: signals", (build) => {
  const recorder = (file: string, names: readonly string[]) => ["perl", "-e", RECORDER, file, ...names];

  test("each signal is forwarded to the command, alone and in a burst", async () => {
    const run = runFolder();
    const log = run.file("log");
    const got = () => (run.read("log") ?? "").trim().split("\n").slice(1);
    const step = startStep(build, run, 0, recorder(log, [...HARMLESS, "TERM"]));
    await waitFor("the command listens", () => run.read("log")?.startsWith("ready") === true);
    for (const [at, name] of HARMLESS.entries()) {
      step.kill(`SIG${name}` as NodeJS.Signals);
      await waitFor(`${name} arrives`, () => got().length > at);
    }
    expect(got()).toEqual(HARMLESS);
    // The kernel itself drops a pending stop for a continue, and a continue for a stop.
    const burst = HARMLESS.filter((name) => name !== "TSTP");
    for (const name of burst) step.kill(`SIG${name}` as NodeJS.Signals);
    await waitFor("all of the burst arrive", () => got().length === HARMLESS.length + burst.length);
    expect(got().slice(HARMLESS.length).sort()).toEqual([...burst].sort());
    step.kill("SIGTERM");
    expect(await within(5_000, "it ends", step.ended)).toMatchObject({ code: 143, signal: null });
    expect(got().at(-1)).toBe("TERM");
  });

  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGHUP", 129],
  ] as const)(
    "%s cancels a running step: it may clean up, and what comes after is skipped",
    async (signal, code) => {
      const run = runFolder();
      const script = `trap "echo cleaned > ${run.file("log")}; exit 0" TERM INT HUP; echo ready > ${run.file("ready")}; while :; do sleep 0.02; done`;
      const step = startStep(build, run, 0, ["sh", "-c", script]);
      const next = startStep(build, run, 1, ["touch", run.file("ran")], { after: [0] });
      await waitFor("the command runs", () => run.read("ready") === "ready\n");
      step.kill(signal);
      expect(await within(5_000, "it ends", step.ended)).toMatchObject({ code, signal: null });
      expect(run.read("log")).toBe("cleaned\n");
      expect(run.status(0)).toMatchObject({
        state: "cancelled",
        by: "entrypoint",
        reason: "Cancelled",
        signal,
      });
      expect(run.message(0)).toContainEqual({ key: "Reason", value: "Cancelled", type: 3 });
      expect((await within(5_000, "the next one ends", next.ended)).code).toBe(1);
      expect(run.status(1)).toMatchObject({ state: "skipped", cause: { step: "s0", state: "cancelled" } });
      expect(run.read("ran")).toBeUndefined();
    },
  );

  test("a command that ignores SIGTERM is killed after the grace, with its children", async () => {
    const run = runFolder();
    const script = `trap "" TERM; sleep 33 & echo ready > ${run.file("ready")}; while :; do sleep 0.05; done`;
    const step = startStep(build, run, 0, ["sh", "-c", script], { flags: ["-grace_period", "200ms"] });
    await waitFor("the command runs", () => run.read("ready") !== undefined);
    step.kill("SIGTERM");
    expect(await within(5_000, "it ends", step.ended)).toMatchObject({ code: 143 });
    await waitFor("nobody is left", () => processesOf(run.path).length === 0, 1_000);
  });

  test("a signal reaches every process of the group", async () => {
    const run = runFolder();
    const child = `perl -e '${RECORDER.replaceAll("'", `'\\''`)}' ${run.file("log")} USR1 TERM`;
    const script = `trap : USR1; trap "wait; exit 4" TERM; ${child} & while :; do sleep 0.02; done`;
    const step = startStep(build, run, 0, ["sh", "-c", script]);
    await waitFor("the grandchild listens", () => run.read("log")?.startsWith("ready") === true);
    step.kill("SIGUSR1");
    await waitFor("the grandchild gets it", () => run.read("log")?.includes("USR1") === true);
    step.kill("SIGTERM");
    expect((await within(5_000, "it ends", step.ended)).code).toBe(143);
    expect(run.read("log")).toContain("TERM");
  });
});

describe.each(NATIVE)("$name: signals as only a native program has them", (build) => {
  test("real-time signals are forwarded", async () => {
    const run = runFolder();
    const step = startStep(build, run, 0, [
      "perl",
      "-e",
      RECORDER,
      run.file("log"),
      "NUM37",
      "NUM40",
      "TERM",
    ]);
    await waitFor("the command listens", () => run.read("log")?.startsWith("ready") === true);
    for (const signal of [37, 40]) {
      process.kill(step.pid, signal);
      await waitFor(`${signal} arrives`, () => run.read("log")?.includes(`NUM${signal}`) === true);
    }
    step.kill("SIGTERM");
    expect((await within(5_000, "it ends", step.ended)).code).toBe(143);
  });

  test("the command has the signal mask and the ignored signals that the entrypoint was given", async () => {
    const run = runFolder();
    const show = ["grep", "^Sig[BIC]", "/proc/self/status"];
    const given =
      "use POSIX; sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGUSR2, SIGALRM)); $SIG{HUP} = $SIG{QUIT} = 'IGNORE'; exec @ARGV";
    const plain = await startProgram(run, ["perl", "-e", given, ...show]).ended;
    const [name = "", ...words] = show;
    const through = await startProgram(run, [
      "perl",
      "-e",
      given,
      ...build.argv,
      "-entrypoint",
      name,
      "--",
      ...words,
    ]).ended;
    expect(plain.stdout).toContain("SigBlk");
    expect(through.stdout).toBe(plain.stdout);
  });
});
