// The host contract: what a step can shape is reached below its root, through no link, at once, and with a limit.
import type { Host, Path } from "../../../entrypoint/host.ts";
import { type Case, equal, never, ok, refuses, type Subject } from "./case.ts";

/** Every call that takes a place, on a file of that name. */
const CALLS: Readonly<Record<string, (host: Host, path: Path) => unknown>> = {
  stat: (host, path) => host.stat(path),
  read: (host, path) => host.read(path, 100),
  readBytes: (host, path) => host.readBytes(path, 100),
  sha256: (host, path) => host.sha256(path, 100),
  overwrite: (host, path) => host.overwrite(path, "mine"),
  append: (host, path) => host.append(path, "mine"),
  copy: (host, path) => host.copy(path, path, 0o644),
  // What follows takes the name itself, and is stopped by links on the way alone.
  entry: (host, path) => host.entry(path),
  readLink: (host, path) => host.readLink(path),
  publish: (host, path) => host.publish(path, "mine", 0o644),
  rename: (host, path) => host.rename(path, path),
  remove: (host, path) => host.remove(path),
  makeDirectory: (host, path) => host.makeDirectory(path),
  list: (host, path) => host.list(path),
  hold: (host, path) => host.hold(path).release(),
};
const THROUGH_NO_LAST_LINK = ["stat", "read", "readBytes", "sha256", "overwrite", "append", "copy"];

export const beneath: readonly Case[] = [
  {
    name: "no call goes through a link below the root, on the way or at the end",
    run: async ({ host, dir }) => {
      host.makeDirectory(`${dir}/outside/folder`);
      host.publish(`${dir}/outside/folder/file`, "secret", 0o644);
      host.makeDirectory(`${dir}/root/real`);
      host.link(`${dir}/root/way`, "../outside/folder");
      host.link(`${dir}/root/real/way`, `${dir}/outside/folder`);
      host.link(`${dir}/root/last`, `${dir}/outside/folder/file`);
      for (const call of Object.values(CALLS))
        for (const path of ["way/file", "real/way/file", "way/new"])
          refuses(["ELOOP"], () => call(host, { root: `${dir}/root`, path }), `${dir}/root/${path}`);
      for (const name of THROUGH_NO_LAST_LINK)
        refuses(
          ["ELOOP"],
          () => CALLS[name]?.(host, { root: `${dir}/root`, path: "last" }),
          `${dir}/root/last`,
        );
      const digest = await host.digest({ root: `${dir}/root`, path: "last" }, never).catch((error) => error);
      equal(digest.code, "ELOOP", "digest");
      equal(host.list(`${dir}/outside/folder`), ["file"], "what is outside");
      equal(host.read(`${dir}/outside/folder/file`, 100), "secret");
    },
  },
  {
    name: "an error about a link names it, and where it leads",
    run: ({ host, dir }) => {
      host.makeDirectory(`${dir}/results`);
      host.link(`${dir}/results/r`, "/run/secrets/token");
      try {
        host.read({ root: `${dir}/results`, path: "r" }, 100);
        ok(false, "it was read");
      } catch (error) {
        const { message } = error as Error;
        for (const words of [`${dir}/results/r`, "is a link to /run/secrets/token"])
          ok(message.includes(words), `"${message}" has ${words}`);
      }
    },
  },
  {
    name: "a link on the way to the root is followed",
    run: ({ host, dir }) => {
      host.makeDirectory(`${dir}/real/folder`);
      host.publish(`${dir}/real/folder/file`, "text", 0o644);
      host.link(`${dir}/link`, "real");
      const place = { root: `${dir}/link/folder`, path: "file" };
      equal(host.read(place, 100), "text");
      equal(host.stat(place)?.size, 4);
      host.publish(place, "other", 0o644);
      equal(host.read(`${dir}/real/folder/file`, 100), "other");
    },
  },
  {
    name: "publish, rename and remove take the place of a link, and leave what it leads to",
    run: ({ host, dir }) => {
      const at = (path: string): Path => ({ root: `${dir}/root`, path });
      host.makeDirectory(`${dir}/root`);
      host.publish(`${dir}/kept`, "kept", 0o644);
      for (const name of ["published", "renamed", "removed"]) host.link(`${dir}/root/${name}`, `${dir}/kept`);
      host.publish(at("published"), "mine", 0o644);
      host.publish(at("draft"), "draft", 0o644);
      host.rename(at("draft"), at("renamed"));
      host.remove(at("removed"));
      equal(host.list(`${dir}/root`), ["published", "renamed"]);
      equal(host.entry(at("published")), "file");
      equal(host.read(at("renamed"), 100), "draft");
      equal(host.read(`${dir}/kept`, 100), "kept");
    },
  },
  {
    name: "nothing outside of the root is reached by its name",
    run: ({ host, dir }) => {
      host.makeDirectory(`${dir}/root/folder`);
      host.publish(`${dir}/file`, "text", 0o644);
      for (const call of Object.values(CALLS))
        for (const path of ["../file", "folder/../../file", ".."])
          refuses(["EXDEV"], () => call(host, { root: `${dir}/root`, path }));
      equal(host.read(`${dir}/file`, 100), "text");
    },
  },
  {
    name: "nothing there is undefined below a root, too",
    run: ({ host, dir }) => {
      host.publish(`${dir}/file`, "", 0o644);
      for (const place of [
        { root: dir, path: "none" },
        { root: dir, path: "none/deeper" },
        { root: dir, path: "file/below" },
        { root: `${dir}/none`, path: "file" },
      ]) {
        equal(host.stat(place), undefined, "stat");
        equal(host.read(place, 100), undefined, "read");
        equal(host.list(place), undefined, "list");
        equal(host.entry(place), undefined, "entry");
        host.remove(place);
      }
      refuses(["ENOENT"], () => host.publish({ root: dir, path: "none/file" }, "", 0o644));
      host.makeDirectory({ root: `${dir}/made`, path: "all/of/it" }, 0o711);
      equal(host.stat(`${dir}/made/all/of/it`)?.mode, 0o711);
    },
  },
  {
    name: "what is a socket is neither read nor written, at once",
    run: (subject) => {
      subject.host.hold(`${subject.dir}/it`).release();
      refusesAll(subject);
    },
  },
  {
    name: "what is a pipe is neither read nor written, at once",
    needs: "processes",
    run: async (subject) => {
      const made = subject.host.spawn({
        argv: ["mkfifo", `${subject.dir}/it`],
        environment: subject.host.environment,
      });
      ok(made.ok, "mkfifo starts");
      if (made.ok) equal(await made.process.ended, { code: 0 });
      refusesAll(subject);
    },
  },
  {
    name: "a directory of any depth is removed",
    needs: "processes",
    run: async ({ host, dir }) => {
      // 1,500 levels; and 30 whose path is longer than the system takes.
      const many = `mkdir -p ${dir}/d/${"d/".repeat(1_500)}`;
      const long = `cd ${dir}; for i in $(seq 30); do mkdir ${"e".repeat(200)}; cd -P ${"e".repeat(200)}; echo > file; done`;
      for (const script of [many, long]) {
        const made = host.spawn({ argv: ["sh", "-c", script], environment: host.environment });
        ok(made.ok, "the shell starts");
        if (made.ok) equal(await made.process.ended, { code: 0 });
      }
      host.remove({ root: dir, path: "d" });
      host.remove(`${dir}/${"e".repeat(200)}`);
      equal(host.list(dir), []);
    },
  },
];

function refusesAll({ host, dir }: Subject): void {
  const place = { root: dir, path: "it" };
  for (const path of [place, `${dir}/it`]) {
    refuses(["EFTYPE"], () => host.read(path, 100), `${dir}/it`);
    refuses(["EFTYPE"], () => host.sha256(path, 100), `${dir}/it`);
    refuses(["EFTYPE"], () => host.overwrite(path, ""), `${dir}/it`);
    refuses(["EFTYPE"], () => host.append(path, ""), `${dir}/it`);
  }
  host.publish(place, "mine", 0o644);
  equal(host.read(place, 100), "mine", "publish takes its place");
}
