// The host contract: waiting for files and pipes inside one process.
import { Interrupted, type LifeOf } from "../../../entrypoint/host.ts";
import { type Case, cancellation, equal, never, ok, refuses, rejects, type Subject, soon } from "./case.ts";

export const waiting: readonly Case[] = [
  {
    name: "until ends at once when the first look finds something",
    run: async ({ host, dir }) => {
      let looks = 0;
      const found = await host.until({ files: [`${dir}/file`], peers: [] }, () => ++looks, never);
      equal(found, 1);
    },
  },
  {
    name: "until does not miss what happens right after its first look",
    run: async (subject) => {
      const { host, dir } = subject;
      let looks = 0;
      const look = () => {
        if (host.stat(`${dir}/file`) !== undefined) return "seen";
        if (++looks === 1) host.publish(`${dir}/file`, "", 0o644);
        return undefined;
      };
      equal(
        await soon(host, "the file is seen", host.until({ files: [`${dir}/file`], peers: [] }, look, never)),
        "seen",
      );
    },
  },
  {
    name: "until sees a file appear in a directory",
    run: (subject) => appears(subject, "file", (host, path) => host.publish(path, "", 0o644)),
  },
  {
    name: "until sees a file appear in a directory that does not exist yet",
    run: (subject) =>
      appears(subject, "not/yet/there/file", (host, path) => {
        host.makeDirectory(path.slice(0, path.lastIndexOf("/")));
        host.publish(path, "", 0o644);
      }),
  },
  {
    name: "until sees each directory on the way made on its own",
    run: async (subject) => {
      const { host, dir } = subject;
      const seen = waitFor(subject, `${dir}/a/b/c/file`);
      for (const next of ["a", "a/b", "a/b/c"]) {
        host.makeDirectory(`${dir}/${next}`);
        await host.sleep(30, never);
      }
      host.publish(`${dir}/a/b/c/file`, "", 0o644);
      await soon(host, "the file is seen", seen);
    },
  },
  {
    name: "until sees a rename into place from another directory",
    run: async (subject) => {
      subject.host.makeDirectory(`${subject.dir}/other`);
      subject.host.publish(`${subject.dir}/other/draft`, "", 0o644);
      await appears(subject, "file", (host, path) => host.rename(`${subject.dir}/other/draft`, path));
    },
  },
  {
    name: "until sees an empty file get its content",
    run: async ({ host, dir }) => {
      const file = `${dir}/file`;
      host.publish(file, "", 0o644);
      const look = () => ((host.stat(file)?.size ?? 0) > 0 ? true : undefined);
      const seen = host.until({ files: [file], peers: [] }, look, never);
      await host.sleep(50, never);
      host.overwrite(file, "content");
      await soon(host, "the content is seen", seen);
    },
  },
  {
    name: "until watches many files in many directories",
    run: async ({ host, dir }) => {
      const files = Array.from({ length: 200 }, (_, at) => `${dir}/${at % 20}/${at}`);
      for (let at = 0; at < 20; at += 2) host.makeDirectory(`${dir}/${at}`);
      const look = () => (files.every((file) => host.stat(file) !== undefined) ? true : undefined);
      const seen = host.until({ files, peers: [] }, look, never);
      await host.sleep(50, never);
      for (let at = 1; at < 20; at += 2) host.makeDirectory(`${dir}/${at}`);
      for (const file of files) host.publish(file, "", 0o644);
      await soon(host, "all are seen", seen);
    },
  },
  {
    name: "until survives a burst of changes around the one that matters",
    run: async (subject) => {
      const { host, dir } = subject;
      const seen = waitFor(subject, `${dir}/file`);
      await host.sleep(50, never);
      for (let at = 0; at < 2_000; at++) host.publish(`${dir}/noise-${at % 7}`, String(at), 0o644);
      host.publish(`${dir}/file`, "", 0o644);
      await soon(host, "the file is seen", seen);
    },
  },
  {
    name: "until and sleep end as asked when they are cancelled",
    run: async (subject) => {
      const { host, dir } = subject;
      const cancel = cancellation();
      const waits = [
        host.until({ files: [`${dir}/file`], peers: [`${dir}/pipe`] }, () => undefined, cancel),
        host.sleep(60_000, cancel),
      ];
      await host.sleep(20, never);
      cancel.fire();
      for (const wait of waits) await rejects(new Interrupted().name, wait);
      await rejects(
        "Interrupted",
        host.until({ files: [`${dir}/file`], peers: [] }, () => undefined, cancel),
      );
      await rejects("Interrupted", host.sleep(60_000, cancel));
    },
  },
  {
    name: "what a look throws is what until rejects with",
    run: ({ host, dir }) => {
      const look = (): true | undefined => {
        throw new RangeError("mine");
      };
      return rejects("RangeError", host.until({ files: [`${dir}/file`], peers: [] }, look, never));
    },
  },
  {
    name: "several waits go on side by side",
    run: async (subject) => {
      const { host, dir } = subject;
      const waits = ["a", "b", "c"].map((name) => waitFor(subject, `${dir}/${name}`));
      await host.sleep(30, never);
      for (const name of ["c", "a", "b"]) host.publish(`${dir}/${name}`, "", 0o644);
      for (const wait of waits) await soon(host, "each is seen", wait);
    },
  },
  {
    name: "bounded gives what the work gives, and passes on what it throws",
    run: ({ host }) => {
      equal(host.bounded(1_000, () => ({ answer: 42 })).answer, 42);
      rejectsNow("RangeError", () =>
        host.bounded(1_000, () => {
          throw new RangeError("mine");
        }),
      );
    },
  },
  {
    name: "bounded ends a loop and a regular expression that would not end",
    needs: "processes",
    run: ({ host }) => {
      const spins = (): object => {
        for (;;) JSON.stringify("");
      };
      const backtracks = () => ({ is: /^(a+)+$/.test(`${"a".repeat(60)}!`) });
      const catches = (): object => {
        try {
          return spins();
        } catch {
          return {};
        }
      };
      for (const work of [spins, backtracks, catches]) refuses(["ETIME"], () => host.bounded(50, work));
      equal(host.bounded(1_000, () => ({ answer: 42 })).answer, 42, "afterwards");
    },
  },
  {
    name: "sleep takes its time",
    run: async ({ host }) => {
      const start = host.now();
      await host.sleep(120, never);
      const took = host.now() - start;
      ok(took >= 119 && took < 2_000, `120 ms took ${took} ms`);
      await host.sleep(0, never);
    },
  },
  {
    name: "a life line is absent, then held, then released",
    run: async ({ host, dir }) => {
      const path = `${dir}/line`;
      equal(await host.liveness(path), "absent");
      equal(await host.liveness(`${dir}/none/line`), "absent");
      const hold = host.hold(path);
      equal(host.stat(path)?.type, "socket");
      equal(host.list(dir), ["line"]);
      equal(await host.liveness(path), "held");
      hold.release();
      equal(await host.liveness(path), "released");
      hold.release();
      host.publish(`${dir}/file`, "", 0o644);
      equal(await host.liveness(`${dir}/file`), "absent", "a file that is no life line");
      host.link(`${dir}/link`, "line");
      equal(await host.liveness(`${dir}/link`), "absent", "a link to one");
      refuses(["ENOENT"], () => host.hold(`${dir}/none/line`));
      host.makeDirectory(`${dir}/${"long".repeat(40)}`);
      const far = `${dir}/${"long".repeat(40)}/line`;
      const second = host.hold(far);
      equal(await host.liveness(far), "held", "one with a long path");
      second.release();
    },
  },
  {
    name: "a new life line takes the place of one that was released",
    run: async ({ host, dir }) => {
      host.hold(`${dir}/line`).release();
      const second = host.hold(`${dir}/line`);
      equal(await host.liveness(`${dir}/line`), "held");
      second.release();
      equal(await host.liveness(`${dir}/line`), "released");
    },
  },
  {
    name: "until sees the release of a life line whose name is gone, and keeps to what it has seen",
    run: async (subject) => {
      const { host, dir } = subject;
      const path = `${dir}/line`;
      const hold = host.hold(path);
      let held = false;
      const look = (lifeOf: LifeOf) => {
        const life = lifeOf(path);
        held ||= life === "held";
        return life === "released" ? life : undefined;
      };
      const seen = host.until({ files: [`${dir}/out`], peers: [path] }, look, never);
      await host.sleep(50, never);
      ok(held, "it is seen held");
      host.remove(path);
      const other = host.hold(path);
      await host.sleep(50, never);
      hold.release();
      equal(await soon(host, "the release is seen", seen), "released");
      other.release();
    },
  },
  {
    name: "until wakes when a life line is released, and then sees the post file",
    run: async (subject) => {
      const { host, dir } = subject;
      const hold = host.hold(`${dir}/out.alive`);
      const look = (lifeOf: LifeOf) =>
        lifeOf(`${dir}/out.alive`) === "released" ? host.stat(`${dir}/out`)?.type : undefined;
      const watch = { files: [`${dir}/out`, `${dir}/out.err`], peers: [`${dir}/out.alive`] };
      const seen = host.until(watch, look, never);
      await host.sleep(50, never);
      host.publish(`${dir}/out`, "", 0o644);
      hold.release();
      equal(await soon(host, "the release is seen", seen), "file");
    },
  },
  {
    name: "until wakes for a life line that appears only later",
    run: async ({ host, dir }) => {
      const pipe = `${dir}/later/out.alive`;
      const look = (lifeOf: LifeOf) => (lifeOf(pipe) === "released" ? true : undefined);
      const seen = host.until({ files: [`${dir}/later/out`], peers: [pipe] }, look, never);
      await host.sleep(50, never);
      host.makeDirectory(`${dir}/later`);
      const hold = host.hold(pipe);
      await host.sleep(50, never);
      hold.release();
      await soon(host, "the release is seen", seen);
    },
  },
];

/** Waits for `name`, lets `make` bring it about after a moment, and wants the wait to end soon after. */
async function appears(subject: Subject, name: string, make: (host: Subject["host"], path: string) => void) {
  const path = `${subject.dir}/${name}`;
  const seen = waitFor(subject, path);
  await subject.host.sleep(50, never);
  make(subject.host, path);
  await soon(subject.host, `${name} is seen`, seen);
}

const waitFor = ({ host }: Subject, path: string): Promise<true> =>
  host.until({ files: [path], peers: [] }, () => (host.stat(path) === undefined ? undefined : true), never);

function rejectsNow(name: string, call: () => unknown): void {
  try {
    call();
  } catch (error) {
    equal(error instanceof Error ? error.name : error, name);
    return;
  }
  throw new Error(`expected ${name}`);
}
