// The host contract: running commands, and other processes on the same files.
import type { Exit, Host, LifeOf } from "../../../entrypoint/host.ts";
import { type Case, equal, eventually, never, ok, type Subject, soon } from "./case.ts";

const PATH = "PATH=/usr/local/bin:/usr/bin:/bin";

export const processes: readonly Case[] = [
  {
    name: "an exit code is passed on",
    needs: "processes",
    run: async ({ host }) => {
      for (const code of [0, 1, 2, 125, 126, 127, 128, 255])
        equal(await run(host, ["sh", "-c", `exit ${code}`]), { code });
    },
  },
  {
    name: "death by a signal is told by name and number",
    needs: "processes",
    run: async ({ host }) => {
      for (const [signal, number] of [
        ["SIGTERM", 15],
        ["SIGKILL", 9],
        ["SIGUSR1", 10],
        ["SIGSEGV", 11],
      ] as const)
        equal(await run(host, ["sh", "-c", `kill -${number} $$`]), { signal, number });
    },
  },
  {
    name: "a command that cannot be found or executed is told apart, in words",
    needs: "processes",
    run: ({ host, dir }) => {
      host.publish(`${dir}/plain`, "#!/bin/sh\n", 0o644);
      host.publish(`${dir}/no-format`, "echo no first line\n", 0o755);
      host.publish(`${dir}/no-interpreter`, "#!/no/such/interpreter -x\n", 0o755);
      cannot(host, ["no-such-command-anywhere"], "notFound", "no-such-command-anywhere");
      cannot(host, [`${dir}/none`], "notFound", `${dir}/none`);
      cannot(host, [`${dir}/plain/below`], "notFound", `${dir}/plain/below`);
      cannot(host, [`${dir}/plain`], "notExecutable", `${dir}/plain`);
      cannot(host, [dir], "notExecutable", dir);
      cannot(host, [`${dir}/no-format`], "notExecutable", `${dir}/no-format`);
      cannot(host, [`${dir}/no-interpreter`], "notFound", "/no/such/interpreter");
      host.publish(`${dir}/windows`, "#!/bin/sh\r\necho\r\n", 0o755);
      cannot(host, [`${dir}/windows`], "notFound", "as on Windows (CR LF)");
    },
  },
  {
    name: "a command without a slash is looked up in its own PATH",
    needs: "processes",
    run: async ({ host, dir }) => {
      host.makeDirectory(`${dir}/first`);
      host.makeDirectory(`${dir}/second`);
      host.publish(`${dir}/first/mine`, "#!/bin/sh\nexit 3\n", 0o644);
      host.publish(`${dir}/second/mine`, "#!/bin/sh\nexit 4\n", 0o755);
      equal(await run(host, ["mine"], [`PATH=${dir}/first:${dir}/second`]), { code: 4 });
      equal(host.spawn({ argv: ["mine"], environment: [`PATH=${dir}/first`] }).ok, false);
    },
  },
  {
    name: "the command gets exactly its environment and its words",
    needs: "processes",
    run: async ({ host, dir }) => {
      host.publish(`${dir}/show`, `#!/bin/sh\n{ env; printf '<%s>' "$@"; } > ${dir}/shown\n`, 0o755);
      const words = ["", "a b", "$HOME", "zwölf", "--", "-x"];
      await run(host, [`${dir}/show`, ...words], [PATH, "ONE=1", "EMPTY=", "TWO=a=b"]);
      const shown = (host.read(`${dir}/shown`, 1e9) ?? "").split("\n");
      equal(shown.at(-1), "<><a b><$HOME><zwölf><--><-x>");
      const names = shown.slice(0, -1).filter((line) => !/^(PWD|OLDPWD|SHLVL|_)=/.test(line));
      equal(names.sort(), ["EMPTY=", "ONE=1", PATH, "TWO=a=b"]);
    },
  },
  {
    name: "the command starts in the directory that was entered, and is looked up from there",
    needs: "processes",
    run: async ({ host, dir }) => {
      host.makeDirectory(`${dir}/folder`);
      host.publish(`${dir}/folder/here`, "#!/bin/sh\npwd -P > said\n", 0o755);
      host.link(`${dir}/link`, "folder");
      host.enter(`${dir}/link`);
      equal(await run(host, ["./here"]), { code: 0 });
      const real = host.read(`${dir}/folder/said`, 1e9) ?? "";
      ok(real.endsWith("/folder\n"), `where it started: ${real}`);
      equal(await run(host, ["here"], ["PATH=."]), { code: 0 });
    },
  },
  {
    name: "standard input is /dev/null, and the command leads a process group",
    needs: "processes",
    run: async ({ host, dir }) => {
      await run(host, ["sh", "-c", `cat > ${dir}/input; ps -o pid=,pgid= -p $$ > ${dir}/group`]);
      equal(host.read(`${dir}/input`, 1e9), "");
      const [pid, group] = (host.read(`${dir}/group`, 1e9) ?? "").trim().split(/\s+/);
      equal(group, pid, "process group");
    },
  },
  {
    name: "a signal reaches the whole group; a group that is gone is fine",
    needs: "processes",
    run: async ({ host, dir }) => {
      const script = `trap "exit 7" USR1
        sh -c 'trap "echo > ${dir}/grandchild; exit" USR1; echo > ${dir}/ready; while :; do sleep 0.02; done' &
        wait $!; wait`;
      const spawned = host.spawn({ argv: ["sh", "-c", script], environment: [PATH] });
      ok(spawned.ok, "the command starts");
      if (!spawned.ok) return;
      await eventually(host, "the grandchild is ready", () => host.stat(`${dir}/ready`) !== undefined);
      spawned.process.signal("SIGUSR1");
      equal(await soon(host, "the command ends", spawned.process.ended), { code: 7 });
      await eventually(host, "the grandchild got it", () => host.stat(`${dir}/grandchild`) !== undefined);
      spawned.process.signal("SIGKILL");
      spawned.process.signal("SIGTERM");
    },
  },
  {
    name: "a stream is copied to its file, appended, in order, without loss",
    needs: "processes",
    run: async ({ host, dir, other }) => {
      host.publish(`${dir}/copy`, "before\n", 0o644);
      const script = "seq 1 200000";
      const argv = other("run", `${dir}/copy`, "-", "sh", "-c", script).map(quoted).join(" ");
      equal(await run(host, ["sh", "-c", `${argv} > ${dir}/passed`]), { code: 0 });
      await run(host, [
        "sh",
        "-c",
        `{ echo before; seq 1 200000; } > ${dir}/expected; seq 1 200000 > ${dir}/plain`,
      ]);
      equal(host.sha256(`${dir}/copy`, 1e9), host.sha256(`${dir}/expected`, 1e9), "the copy");
      equal(host.sha256(`${dir}/passed`, 1e9), host.sha256(`${dir}/plain`, 1e9), "the stream");
    },
  },
  {
    name: "both streams may share a file whose directory is made",
    needs: "processes",
    run: async ({ host, dir, other }) => {
      const copy = `${dir}/made/on/the/way/copy`;
      const script = "echo out; sleep 0.05; echo err >&2";
      const argv = other("run", copy, copy, "sh", "-c", script).map(quoted).join(" ");
      equal(await run(host, ["sh", "-c", `${argv} > ${dir}/out 2> ${dir}/err`]), { code: 0 });
      equal(
        [host.read(copy, 1e9), host.read(`${dir}/out`, 1e9), host.read(`${dir}/err`, 1e9)],
        ["out\nerr\n", "out\n", "err\n"],
      );
    },
  },
  {
    name: "a grandchild that keeps the stream open does not keep the end away",
    needs: "processes",
    run: async ({ host, dir, other }) => {
      const argv = other("run", `${dir}/copy`, "-", "sh", "-c", "echo said; sleep 5 2>/dev/null &")
        .map(quoted)
        .join(" ");
      const start = host.now();
      equal(await run(host, ["sh", "-c", `${argv} > ${dir}/out`]), { code: 0 });
      ok(host.now() - start < 3_000, `took ${host.now() - start} ms`);
      equal(host.read(`${dir}/copy`, 1e9), "said\n");
    },
  },
  {
    name: "print and log write all of it, to the right stream",
    needs: "processes",
    run: async ({ host, dir, other }) => {
      const argv = other("say", "x".repeat(100_000)).map(quoted).join(" ");
      await run(host, ["sh", "-c", `${argv} 2> ${dir}/err | { sleep 0.1; cat > ${dir}/out; }`]);
      await eventually(host, "all arrived", () => host.stat(`${dir}/out`)?.size === 100_000);
      equal(host.stat(`${dir}/err`)?.size, 100_001, "the logged line");
    },
  },
  {
    name: "a reader never sees a truncated value",
    needs: "processes",
    run: async ({ host, dir, other }) => {
      const spawned = host.spawn({
        argv: other("publish", `${dir}/value`, "400"),
        environment: host.environment,
      });
      ok(spawned.ok, "the writer starts");
      if (!spawned.ok) return;
      let over = false;
      const ended = spawned.process.ended.then(() => {
        over = true;
      });
      const seen = new Set<string>();
      while (!over) {
        const value = host.read(`${dir}/value`, 1e9);
        if (value !== undefined) seen.add(`${value.length} ${[...new Set(value)].join("")}`);
        await host.sleep(0, never);
      }
      await ended;
      const whole = ["100000 a", "100000 b"];
      equal(
        [...seen].filter((value) => !whole.includes(value)),
        [],
      );
      ok(seen.size > 0, "the reader saw the file");
    },
  },
  {
    name: "a life line is released by the death of its holder, and wakes whoever waits",
    needs: "processes",
    run: async (subject) => {
      const { host, dir } = subject;
      const pipe = `${dir}/out.alive`;
      const holder = await holding(subject, pipe);
      const look = (lifeOf: LifeOf) => (lifeOf(pipe) === "released" ? host.now() : undefined);
      const watch = { files: [`${dir}/out`, `${dir}/out.err`], peers: [pipe] };
      const woken = Promise.all([1, 2, 3].map(() => host.until(watch, look, never)));
      await host.sleep(50, never);
      holder.signal("SIGKILL");
      await soon(host, "all waits end", woken);
      equal(await holder.ended, { signal: "SIGKILL", number: 9 });
    },
  },
  {
    name: "a command does not inherit the hold of its host",
    needs: "processes",
    run: async ({ host, dir }) => {
      const hold = host.hold(`${dir}/out.alive`);
      const spawned = host.spawn({ argv: ["sleep", "60"], environment: [PATH] });
      ok(spawned.ok, "the command starts");
      hold.release();
      equal(await host.liveness(`${dir}/out.alive`), "released");
      if (!spawned.ok) return;
      spawned.process.signal("SIGKILL");
      await spawned.process.ended;
    },
  },
  {
    name: "signals that can be caught arrive by name",
    needs: "processes",
    run: async ({ host, dir, other }) => {
      const file = `${dir}/signals`;
      const spawned = host.spawn({ argv: other("signals", file), environment: host.environment });
      ok(spawned.ok, "the role starts");
      if (!spawned.ok) return;
      await eventually(host, "it listens", () => host.stat(file) !== undefined);
      const names = [
        "SIGHUP",
        "SIGINT",
        "SIGQUIT",
        "SIGUSR1",
        "SIGUSR2",
        "SIGALRM",
        "SIGCONT",
        "SIGWINCH",
        "SIGTERM",
      ];
      for (const [at, name] of names.entries()) {
        spawned.process.signal(name);
        await eventually(
          host,
          name,
          () => (host.read(file, 1e9) ?? "").split(" ").filter(Boolean).length > at,
        );
      }
      equal(host.read(file, 1e9), names.join(" "));
      equal(await soon(host, "the role ends", spawned.process.ended), { code: names.length });
    },
  },
];

async function run(
  host: Host,
  argv: readonly string[],
  environment: readonly string[] = [PATH],
): Promise<Exit> {
  const spawned = host.spawn({ argv, environment });
  if (!spawned.ok) throw new Error(`${argv.join(" ")}: ${spawned.problem}`);
  return spawned.process.ended;
}

function cannot(host: Host, argv: readonly string[], why: string, named: string): void {
  const spawned = host.spawn({ argv, environment: [PATH] });
  if (spawned.ok) throw new Error(`${argv.join(" ")} started`);
  equal(spawned.why, why, argv.join(" "));
  ok(spawned.problem.includes(named), `the sentence names ${named}: ${spawned.problem}`);
}

async function holding({ host, other }: Subject, pipe: string) {
  const spawned = host.spawn({ argv: other("hold", pipe), environment: host.environment });
  if (!spawned.ok) throw new Error(spawned.problem);
  await eventually(host, "it is held", async () => (await host.liveness(pipe)) === "held");
  return spawned.process;
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
