// The host contract: a step whose way is known before its turn comes.
import type { Exit, Foreseen, Hold, Host, Started } from "../../../entrypoint/host.ts";
import { type Case, cancellation, equal, never, ok, rejects, type Subject, soon } from "./case.ts";

export const foreseen: readonly Case[] = [
  {
    name: "a foreseen turn is recorded and its command started; its success is told, and then that it is over",
    needs: "processes",
    run: async ({ host, dir }) => {
      const alive = host.hold(`${dir}/alive`);
      const begun = host.now();
      const started = await come(
        host,
        dir,
        way(dir, ["sh", "-c", `cat ${dir}/status > ${dir}/seen`], { alive }),
      );
      const exit = await endOf(host, started);
      equal(host.read(`${dir}/seen`, 1e9), record("running", started.at), "the record that the command saw");
      const told = "code" in exit ? exit.told : undefined;
      ok(
        told !== undefined && begun - 1 <= started.at && started.at <= told,
        "turn and end have their times",
      );
      const ended = record("ended", started.at).replace("}", `,"end":"${time(told ?? 0)}"}`);
      equal(host.read(`${dir}/status`, 1e9), ended, "the record of the ending");
      equal(
        [host.read(`${dir}/code`, 1e9), host.stat(`${dir}/code`)?.mode],
        ["0", 0o644],
        "a file without a time",
      );
      equal([host.entry(`${dir}/out`), host.entry(`${dir}/reserve`)], ["file", undefined], "it is posted");
      equal(await host.liveness(`${dir}/alive`), "released");
      alive.release();
      equal(host.list(dir), ["alive", "code", "go", "out", "seen", "status"], "nothing else is left");
    },
  },
  {
    name: "a turn may come by a link, as the kubelet's files do, once there is something behind it",
    needs: "processes",
    run: async ({ host, dir }) => {
      host.publish(`${dir}/empty`, "", 0o644);
      host.publish(`${dir}/full`, "READY", 0o644);
      host.link(`${dir}/go`, `${dir}/empty`);
      const there = [{ path: `${dir}/go`, filled: true }];
      const look = () => undefined;
      const turn = host.startWhen<undefined>(
        way(dir, ["true"], { turn: { there } }),
        watching(dir),
        look,
        never,
      );
      host.publish(`${dir}/reserve`, "", 0o644);
      host.link(`${dir}/go`, `${dir}/full`);
      const started = await soon(host, "it starts", turn);
      if (started === undefined) throw new Error("it has not started");
      equal(host.read(`${dir}/status`, 1e9), record("running", started.at));
      await endOf(host, started);
    },
  },
  {
    name: "a turn that comes otherwise is looked at as ever, and nothing is done",
    run: async ({ host, dir }) => {
      host.link(`${dir}/link`, `${dir}/go`);
      const unlike: readonly Partial<Foreseen["turn"]>[] = [
        { there: [{ path: `${dir}/go`, filled: true }] },
        { there: [{ path: dir, filled: false }] },
        { has: [{ path: `${dir}/link`, words: [] }] },
        { has: [{ path: `${dir}/go`, words: ["never"] }] },
        { has: [{ path: `${dir}/none`, words: [] }] },
        { absent: [`${dir}/go`] },
        { absent: [`${dir}/link`] },
      ];
      for (const turn of unlike) {
        const look = () => (host.entry(`${dir}/go`) === undefined ? undefined : "looked");
        const one = host.startWhen(way(dir, ["true"], { turn }), watching(dir), look, never);
        host.publish(`${dir}/go`, "", 0o644);
        equal(await soon(host, "it is seen", one), "looked", JSON.stringify(turn));
        host.remove(`${dir}/go`);
        equal(host.list(dir), ["link"], "what is there");
      }
    },
  },
  {
    name: "what cannot be foreseen of an ending is left to others: a failure, a signal, something to report",
    needs: "processes",
    run: async (subject) => {
      await untold(subject, ["sh", "-c", "exit 3"], { code: 3 });
      await untold(subject, ["sh", "-c", "kill -9 $$"], { signal: "SIGKILL", number: 9 });
      await untold(subject, ["sh", "-c", `echo 1 > ${subject.dir}/result`], { code: 0 });
      const asked = "trap 'exit 0' USR1; : > ready; while :; do sleep 0.01; done".replace(
        "ready",
        `${subject.dir}/ready`,
      );
      await untold(subject, ["sh", "-c", asked], { code: 0 }, "SIGUSR1");
    },
  },
  {
    name: "a foreseen command that cannot be started says why, and its turn is recorded",
    needs: "processes",
    run: async ({ host, dir }) => {
      const { spawned, at } = await come(host, dir, way(dir, ["no-such-command-anywhere"], {}));
      equal(spawned.ok ? "started" : spawned.why, "notFound");
      equal(host.read(`${dir}/status`, 1e9), record("running", at));
      equal(host.list(dir), ["go", "reserve", "status"]);
    },
  },
  {
    name: "what a command leaves running is killed before its success is told",
    needs: "processes",
    run: async ({ host, dir }) => {
      const left = `(trap '' TERM; while :; do date +%N > ${dir}/beat; sleep 0.01; done) > /dev/null 2>&1 & sleep 0.1`;
      const exit = await endOf(host, await come(host, dir, way(dir, ["sh", "-c", left], {})));
      ok("code" in exit && exit.told !== undefined, "its success is told");
      const beat = host.read(`${dir}/beat`, 1e9);
      await host.sleep(100, never);
      equal(host.read(`${dir}/beat`, 1e9), beat, "it has stopped");
    },
  },
  {
    name: "a foreseen turn is no longer waited for once it is cancelled",
    run: async ({ host, dir }) => {
      const cancel = cancellation();
      const waiting = host.startWhen(way(dir, ["true"], {}), watching(dir), () => undefined, cancel);
      cancel.fire();
      await rejects("Interrupted", waiting);
      host.publish(`${dir}/go`, "", 0o644);
      await host.sleep(50, never);
      equal(host.list(dir), ["go"]);
    },
  },
];

interface Different {
  readonly turn?: Partial<Foreseen["turn"]>;
  readonly alive?: Hold;
}

function way(dir: string, argv: readonly string[], { turn, alive }: Different): Foreseen {
  const status = { path: `${dir}/status`, mode: 0o644 };
  const there = [{ path: `${dir}/go`, filled: false }];
  return {
    turn: { there, has: [], absent: [`${dir}/result`], ...turn },
    running: { ...status, pieces: ['{"state":"running","turn":"', '"}'], replaces: false },
    command: { argv, environment: ["PATH=/usr/local/bin:/usr/bin:/bin"] },
    success: {
      absent: [`${dir}/result`],
      publish: [
        { path: `${dir}/code`, mode: 0o644, pieces: ["0"], replaces: false },
        { ...status, pieces: ['{"state":"ended","turn":"', '","end":"', '"}'], replaces: true },
      ],
      post: { from: `${dir}/reserve`, to: `${dir}/out` },
      alive,
    },
  };
}

const record = (state: string, turn: number): string => JSON.stringify({ state, turn: time(turn) });
const time = (milliseconds: number): string => new Date(milliseconds).toISOString();

const watching = (dir: string) => ({ files: [`${dir}/go`], peers: [] });

/** Waits, and then lets the turn come. */
async function come(host: Host, dir: string, foreseen: Foreseen): Promise<Started> {
  host.publish(`${dir}/reserve`, "", 0o644);
  const turn = host.startWhen<undefined>(foreseen, watching(dir), () => undefined, never);
  host.publish(`${dir}/go`, "", 0o644);
  const started = await soon(host, "it starts", turn);
  if (started === undefined) throw new Error("it has not started");
  return started;
}

function endOf(host: Host, { spawned }: Started): Promise<Exit> {
  if (!spawned.ok) throw new Error(spawned.problem);
  return soon(host, "it ends", spawned.process.ended);
}

async function untold(
  { host, dir }: Subject,
  argv: readonly string[],
  exit: Exit,
  signal?: string,
): Promise<void> {
  const started = await come(host, dir, way(dir, argv, {}));
  if (signal !== undefined && started.spawned.ok) {
    const isReady = () => (host.entry(`${dir}/ready`) === undefined ? undefined : true);
    await soon(host, "it listens", host.until({ files: [`${dir}/ready`], peers: [] }, isReady, never));
    started.spawned.process.signal(signal);
  }
  equal(await endOf(host, started), exit, "its end");
  equal(host.read(`${dir}/status`, 1e9), record("running", started.at), "the record");
  const left = ["go", "ready", "reserve", "result", "status"].filter(
    (name) => host.entry(`${dir}/${name}`) !== undefined,
  );
  equal(host.list(dir), left, "nothing else is left");
  for (const name of left) host.remove(`${dir}/${name}`);
}
