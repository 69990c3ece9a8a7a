// The host contract: many files at once between a tree and a store of content.
import { treeLine } from "../../../entrypoint/protocol/cache.ts";

import { type Case, cancellation, equal, never, refusesLater } from "./case.ts";

const f = (path: string, sha256: string, size: number, mode = 0o640) =>
  treeLine({ type: "f", mode, sha256, size, path });

export const store: readonly Case[] = [
  {
    name: "what is kept of a tree is restored elsewhere: files, modes, links, directories",
    run: async ({ host, dir }) => {
      host.makeDirectory(`${dir}/a/ b`, 0o751);
      host.makeDirectory(`${dir}/to`);
      host.makeDirectory(`${dir}/cas`);
      host.publish(`${dir}/a/ b/x`, "one", 0o754);
      host.publish(`${dir}/a/empty`, "", 0o600);
      host.link(`${dir}/a/link`, " b/x");
      const digest = (text: string) => host.sha256Of(text);
      const lines = [
        treeLine({ type: "d", mode: 0o551, sha256: "0".repeat(64), size: 0, path: " b" }),
        f(" b/x", digest("one"), 3, 0o754),
        f("empty", digest(""), 0, 0o600),
        treeLine({ type: "l", mode: 0o777, sha256: digest(" b/x"), size: 4, path: "link" }),
      ].join("");
      await host.transfer(lines, `${dir}/cas`, `${dir}/a`, "keep", never);
      await host.transfer(lines, `${dir}/cas`, { root: dir, path: "to" }, "restore", never);
      equal(host.read(`${dir}/to/ b/x`, 99), "one");
      equal(host.stat(`${dir}/to/ b/x`)?.mode, 0o754, "mode of a file");
      equal(host.stat(`${dir}/to/ b`)?.mode, 0o551, "mode of a directory");
      equal(host.readLink(`${dir}/to/link`), " b/x", "target");
      equal(host.read(`${dir}/to/empty`, 99), "");
      const sha256 = digest("one");
      equal(host.read(`${dir}/cas/${sha256.slice(0, 2)}/${sha256}`, 99), "one", "content by its digest");
    },
  },
  {
    name: "a large file is kept and restored as it is",
    needs: "processes",
    run: async ({ host, dir }) => {
      const bytes = Uint8Array.from({ length: 9 << 20 }, (_, at) => (at * 31) % 251);
      for (const name of ["a", "to", "cas"]) host.makeDirectory(`${dir}/${name}`);
      host.publish(`${dir}/a/large`, bytes, 0o644);
      const line = f("large", host.sha256Of(bytes), bytes.length, 0o644);
      await host.transfer(line, `${dir}/cas`, `${dir}/a`, "keep", never);
      await host.transfer(line, `${dir}/cas`, `${dir}/to`, "restore", never);
      equal((await host.digest(`${dir}/to/large`, never)).sha256, host.sha256Of(bytes));
    },
  },
  {
    name: "content that is damaged or gone is refused, and what is damaged is removed",
    run: async ({ host, dir }) => {
      for (const name of ["cas", "one", "two"]) host.makeDirectory(`${dir}/${name}`);
      const sha256 = host.sha256Of("right");
      const place = `${dir}/cas/${sha256.slice(0, 2)}/${sha256}`;
      host.makeDirectory(`${dir}/cas/${sha256.slice(0, 2)}`);
      host.publish(place, "wrong", 0o644);
      const line = f("x", sha256, 5);
      await refusesLater(["EBADMSG"], () =>
        host.transfer(line, `${dir}/cas`, `${dir}/one`, "restore", never),
      );
      equal(host.stat(place), undefined, "the damaged one");
      await refusesLater(["EBADMSG"], () =>
        host.transfer(line, `${dir}/cas`, `${dir}/two`, "restore", never),
      );
    },
  },
  {
    name: "what is no longer what its line says is not kept",
    run: async ({ host, dir }) => {
      for (const name of ["cas", "a"]) host.makeDirectory(`${dir}/${name}`);
      host.publish(`${dir}/a/x`, "other", 0o644);
      const line = f("x", host.sha256Of("right"), 5);
      await refusesLater(["EBADMSG"], () => host.transfer(line, `${dir}/cas`, `${dir}/a`, "keep", never));
      await refusesLater(["EINVAL"], () =>
        host.transfer("nonsense\n", `${dir}/cas`, `${dir}/a`, "keep", never),
      );
    },
  },
  {
    name: "nothing is restored outside of the directory",
    run: async ({ host, dir }) => {
      for (const name of ["cas", "a", "to"]) host.makeDirectory(`${dir}/${name}`);
      host.publish(`${dir}/a/x`, "x", 0o644);
      const sha256 = host.sha256Of("x");
      await host.transfer(f("x", sha256, 1), `${dir}/cas`, `${dir}/a`, "keep", never);
      await refusesLater(["EXDEV"], () =>
        host.transfer(f("../out", sha256, 1), `${dir}/cas`, { root: dir, path: "to" }, "restore", never),
      );
      equal(host.stat(`${dir}/out`), undefined, "outside");
    },
  },
  {
    name: "a transfer ends when it is cancelled",
    run: async ({ host, dir }) => {
      for (const name of ["cas", "a"]) host.makeDirectory(`${dir}/${name}`);
      host.publish(`${dir}/a/x`, "x", 0o644);
      const cancel = cancellation();
      cancel.fire();
      const going = host.transfer(f("x", host.sha256Of("x"), 1), `${dir}/cas`, `${dir}/a`, "keep", cancel);
      const how = await going.then(
        () => "done",
        (error: Error) => error.name,
      );
      equal(how, "Interrupted");
    },
  },
  {
    name: "the tail of a file is its last bytes",
    run: ({ host, dir }) => {
      host.publish(`${dir}/log`, "0123456789", 0o644);
      equal(host.tail(`${dir}/log`, 4), "6789");
      equal(host.tail(`${dir}/log`, 40), "0123456789");
      equal(host.tail(`${dir}/none`, 4), undefined);
    },
  },
];
