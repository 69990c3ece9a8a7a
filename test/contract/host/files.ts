// The host contract: files.
import { Interrupted } from "../../../entrypoint/host.ts";
import { type Case, cancellation, equal, never, ok, refuses } from "./case.ts";

export const files: readonly Case[] = [
  {
    name: "stat tells what is there, and follows links",
    run: ({ host, dir }) => {
      host.publish(`${dir}/file`, "four", 0o640);
      host.makeDirectory(`${dir}/folder`, 0o751);
      host.link(`${dir}/link`, "file");
      equal(host.stat(`${dir}/file`), { size: 4, mode: 0o640, type: "file" });
      equal(host.stat(`${dir}/link`)?.size, 4, "size through the link");
      equal(host.stat(`${dir}/folder`)?.type, "directory");
      equal(host.stat(`${dir}/folder`)?.mode, 0o751, "mode of the folder");
    },
  },
  {
    name: "nothing there is undefined, not an error",
    run: ({ host, dir }) => {
      host.publish(`${dir}/file`, "", 0o644);
      for (const path of [`${dir}/none`, `${dir}/none/deeper`, `${dir}/file/below`]) {
        equal(host.stat(path), undefined, "stat");
        equal(host.read(path, 1e9), undefined, "read");
        equal(host.readBytes(path, 1e9)?.length, undefined, "readBytes");
        equal(host.list(path), undefined, "list");
      }
      equal(host.readLink(`${dir}/none`), undefined, "readLink");
    },
  },
  {
    name: "text and bytes come back as they were written",
    run: ({ host, dir }) => {
      const text = "\ufeffzwölf\u0000日本 🚀\r\n";
      host.publish(`${dir}/text`, text, 0o644);
      equal(host.read(`${dir}/text`, 1e9), text);
      const bytes = Uint8Array.from({ length: 70_000 }, (_, at) => at % 256);
      host.publish(`${dir}/bytes`, bytes, 0o644);
      equal([...(host.readBytes(`${dir}/bytes`, 1e9) ?? [])], [...bytes]);
    },
  },
  {
    name: "bytes that are not UTF-8 read as U+FFFD",
    run: ({ host, dir }) => {
      host.publish(`${dir}/bad`, Uint8Array.of(0x61, 0xff, 0x62), 0o644);
      equal(host.read(`${dir}/bad`, 1e9), "a\ufffdb");
    },
  },
  {
    name: "a file that is larger than the limit is not read",
    run: ({ host, dir }) => {
      host.publish(`${dir}/long`, "0123456789", 0o644);
      for (const limit of [0, 4, 9]) {
        refuses(["EFBIG"], () => host.read(`${dir}/long`, limit), `${dir}/long`);
        refuses(["EFBIG"], () => host.readBytes(`${dir}/long`, limit));
      }
      equal(host.read(`${dir}/long`, 10), "0123456789");
      equal(host.sha256(`${dir}/long`, 4), host.sha256Of("0123"), "the hash of its beginning");
    },
  },
  {
    name: "a directory cannot be read as a file",
    run: ({ host, dir }) => refuses(["EISDIR"], () => host.read(dir, 1e9)),
  },
  {
    name: "list gives sorted names",
    run: ({ host, dir }) => {
      for (const name of ["b", "a", "10", "2"]) host.publish(`${dir}/${name}`, "", 0o644);
      equal(host.list(dir), ["10", "2", "a", "b"]);
    },
  },
  {
    name: "makeDirectory makes parents, and gives what exists the mode that is asked for",
    run: ({ host, dir }) => {
      host.makeDirectory(`${dir}/a/b/c`, 0o777);
      equal(host.stat(`${dir}/a/b/c`)?.mode, 0o777);
      host.makeDirectory(`${dir}/a/b/c`, 0o700);
      equal(host.stat(`${dir}/a/b/c`)?.mode, 0o700, "mode after the second call");
      host.makeDirectory(`${dir}/a/b/c`);
      equal(host.stat(`${dir}/a/b/c`)?.mode, 0o700, "mode after a call without one");
      host.publish(`${dir}/file`, "", 0o644);
      refuses(["EEXIST", "ENOTDIR"], () => host.makeDirectory(`${dir}/file`));
      refuses(["ENOTDIR", "EEXIST"], () => host.makeDirectory(`${dir}/file/below`));
    },
  },
  {
    name: "enter takes a directory that is there, and nothing else",
    run: ({ host, dir }) => {
      host.publish(`${dir}/file`, "", 0o644);
      host.makeDirectory(`${dir}/folder`);
      host.link(`${dir}/link`, "folder");
      refuses(["ENOENT"], () => host.enter(`${dir}/none`), `${dir}/none`);
      refuses(["ENOTDIR"], () => host.enter(`${dir}/file`), `${dir}/file`);
      host.enter(`${dir}/link`);
    },
  },
  {
    name: "publish replaces, sets the mode exactly, and leaves no other name",
    run: ({ host, dir }) => {
      host.publish(`${dir}/value`, "a long first value", 0o600);
      host.publish(`${dir}/value`, "short", 0o666);
      equal(host.read(`${dir}/value`, 1e9), "short");
      equal(host.stat(`${dir}/value`)?.mode, 0o666);
      equal(host.list(dir), ["value"]);
      refuses(["ENOENT"], () => host.publish(`${dir}/none/value`, "", 0o644));
      host.makeDirectory(`${dir}/folder`);
      refuses(["EISDIR", "EEXIST", "ENOTEMPTY"], () => host.publish(`${dir}/folder`, "", 0o644));
      equal(host.list(dir), ["folder", "value"]);
    },
  },
  {
    name: "what is reserved cannot be seen, and serves any mode, new files and old ones",
    run: ({ host, dir }) => {
      host.reserve(dir, 2);
      host.reserve(`${dir}/none`, 2);
      equal(host.list(dir), []);
      host.publish(`${dir}/value`, "a long first value", 0o604);
      host.publish(`${dir}/value`, "short", 0o666);
      host.publish(`${dir}/value`, "third", 0o640);
      equal(host.read(`${dir}/value`, 1e9), "third");
      equal(host.stat(`${dir}/value`)?.mode, 0o640);
      equal(host.list(dir), ["value"]);
      host.reserve(dir, 1);
      host.makeDirectory(`${dir}/folder`);
      refuses(["EISDIR", "EEXIST", "ENOTEMPTY"], () => host.publish(`${dir}/folder`, "", 0o644));
      equal(host.list(dir), ["folder", "value"]);
    },
  },
  {
    name: "overwrite writes in place, truncates, and follows no link",
    run: ({ host, dir }) => {
      host.publish(`${dir}/real`, "a long first value", 0o640);
      host.overwrite(`${dir}/real`, "short");
      equal(host.read(`${dir}/real`, 1e9), "short");
      equal(host.stat(`${dir}/real`)?.mode, 0o640);
      host.link(`${dir}/link`, "real");
      refuses(["ELOOP"], () => host.overwrite(`${dir}/link`, "mine"), `${dir}/link`);
      refuses(["ELOOP"], () => host.append(`${dir}/link`, "mine"), `${dir}/link`);
      equal(host.read(`${dir}/real`, 1e9), "short", "the file behind the link");
      host.overwrite(`${dir}/new`, "x");
      equal(host.read(`${dir}/new`, 1e9), "x");
      refuses(["ENOENT"], () => host.overwrite(`${dir}/none/new`, ""));
    },
  },
  {
    name: "copy is whole, with the mode that was asked for",
    run: ({ host, dir }) => {
      host.publish(`${dir}/from`, "small", 0o600);
      host.publish(`${dir}/to`, "a longer file that was there", 0o644);
      host.copy(`${dir}/from`, `${dir}/to`, 0o555);
      equal(host.read(`${dir}/to`, 1e9), "small");
      equal(host.stat(`${dir}/to`)?.mode, 0o555);
      refuses(["ENOENT"], () => host.copy(`${dir}/none`, `${dir}/to`, 0o555), `${dir}/none`);
      refuses(["ENOENT"], () => host.copy(`${dir}/from`, `${dir}/none/to`, 0o555), `${dir}/none/to`);
      equal(host.list(dir), ["from", "to"]);
    },
  },
  {
    name: "rename replaces; a missing source is an error",
    run: ({ host, dir }) => {
      host.publish(`${dir}/a`, "a", 0o644);
      host.publish(`${dir}/b`, "b", 0o644);
      host.rename(`${dir}/a`, `${dir}/b`);
      equal(host.read(`${dir}/b`, 1e9), "a");
      equal(host.list(dir), ["b"]);
      refuses(["ENOENT"], () => host.rename(`${dir}/a`, `${dir}/c`));
    },
  },
  {
    name: "link tolerates itself and replaces another target",
    run: ({ host, dir }) => {
      host.link(`${dir}/link`, "/one");
      host.link(`${dir}/link`, "/one");
      equal(host.readLink(`${dir}/link`), "/one");
      host.link(`${dir}/link`, "/two");
      equal(host.readLink(`${dir}/link`), "/two");
      equal(host.list(dir), ["link"]);
      refuses(["ENOENT"], () => host.link(`${dir}/none/link`, "/one"));
    },
  },
  {
    name: "remove takes files, links and whole directories; nothing there is fine",
    run: ({ host, dir }) => {
      host.makeDirectory(`${dir}/kept`);
      host.publish(`${dir}/kept/file`, "", 0o644);
      host.makeDirectory(`${dir}/gone/deep`);
      host.publish(`${dir}/gone/deep/file`, "", 0o644);
      host.link(`${dir}/gone/link`, `${dir}/kept`);
      host.remove(`${dir}/gone`);
      host.remove(`${dir}/gone`);
      equal(host.list(dir), ["kept"]);
      equal(host.list(`${dir}/kept`), ["file"], "what a removed link pointed to");
    },
  },
  {
    name: "hashes are those of the standard",
    run: ({ host, dir }) => {
      const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
      const millionA = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
      host.publish(`${dir}/abc`, "abc", 0o644);
      host.publish(`${dir}/million`, "a".repeat(1_000_000), 0o644);
      equal(host.sha256(`${dir}/abc`, 1e9), abc);
      equal(host.sha256(`${dir}/million`, 1e9), millionA);
      equal(host.sha256Of("abc"), abc);
      equal(host.sha256Of(Uint8Array.of(0x61, 0x62, 0x63)), abc);
      refuses(["ENOENT"], () => host.sha256(`${dir}/none`, 1e9));
    },
  },
  {
    name: "deflate and inflate are inverse, raw, and capped",
    run: ({ host }) => {
      for (const text of ["", "a", "zwölf 日本", '{"key":"value"},'.repeat(3_000)])
        equal(host.inflate(host.deflate(text), 100_000), text);
      ok(host.deflate("x".repeat(10_000)).length < 200, "repetition becomes small");
      // "hello hello hello\n" by another implementation (zlib, raw).
      const foreign = [0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x57, 0xc8, 0x40, 0x90, 0x5c, 0x00];
      equal(host.inflate(Uint8Array.from(foreign), 100), "hello hello hello\n");
      refuses(["EFBIG"], () => host.inflate(host.deflate("x".repeat(10_000)), 9_999));
      refuses(["EINVAL"], () => host.inflate(Uint8Array.of(0xff, 0xff, 0xff), 100));
    },
  },
  {
    name: "entry tells a link from what it leads to",
    run: ({ host, dir }) => {
      host.publish(`${dir}/file`, "", 0o644);
      host.link(`${dir}/link`, "file");
      host.link(`${dir}/dangling`, "nowhere");
      host.makeDirectory(`${dir}/folder`);
      host.hold(`${dir}/line`).release();
      const names = ["file", "link", "dangling", "folder", "line", "none", "file/below"];
      equal(
        names.map((name) => host.entry(`${dir}/${name}`) ?? "nothing"),
        ["file", "link", "link", "directory", "socket", "nothing", "nothing"],
      );
    },
  },
  {
    name: "append makes a file, and adds to it",
    run: ({ host, dir }) => {
      host.append(`${dir}/list`, "one\n");
      host.append(`${dir}/list`, "zwei\n");
      equal(host.read(`${dir}/list`, 1e9), "one\nzwei\n");
      refuses(["ENOENT"], () => host.append(`${dir}/none/list`, ""));
    },
  },
  {
    name: "digest hashes files of any size, and counts them",
    run: async ({ host, dir }) => {
      host.publish(`${dir}/empty`, "", 0o644);
      host.publish(`${dir}/long`, "0123456789".repeat(150_000), 0o644);
      equal(await host.digest(`${dir}/empty`, never), { sha256: host.sha256Of(""), size: 0 });
      const { sha256, size } = await host.digest(`${dir}/long`, never);
      equal(sha256, host.sha256(`${dir}/long`, 1e9));
      equal(size, 1_500_000);
      await host.digest(`${dir}/none`, never).then(
        () => ok(false, "a file that is not there was hashed"),
        (error: unknown) => refuses(["ENOENT"], () => rethrow(error)),
      );
    },
  },
  {
    name: "digest ends when it is cancelled",
    run: async ({ host, dir }) => {
      host.publish(`${dir}/long`, "0123456789".repeat(100_000), 0o644);
      const stop = cancellation();
      stop.fire();
      const interrupted = await host.digest(`${dir}/long`, stop).then(
        () => false,
        (error: unknown) => error instanceof Interrupted,
      );
      ok(interrupted, "the digest went on");
    },
  },
];

function rethrow(error: unknown): never {
  throw error;
}
