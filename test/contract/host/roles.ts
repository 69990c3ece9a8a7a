// What the other process of a case does: the same host, in a part of its own. argv is `role <name> words…`.
import type { Host } from "../../../entrypoint/host.ts";
import { never } from "./case.ts";

/** Resolves with the exit code. */
export const ROLES: Readonly<Record<string, (host: Host, words: readonly string[]) => Promise<number>>> = {
  /** hold PIPE: makes the pipe and lives until it is killed. */
  hold: async (host, [pipe = ""]) => {
    host.hold(pipe);
    await host.sleep(600_000, never);
    return 0;
  },
  /** publish FILE COUNT: replaces FILE COUNT times by 100,000 times one letter. */
  publish: async (host, [file = "", count = "0"]) => {
    for (let at = 0; at < Number(count); at++) host.publish(file, "ab"[at % 2]?.repeat(100_000) ?? "", 0o644);
    return 0;
  },
  /** signals FILE: publishes the names of the signals it got, until SIGTERM comes. */
  signals: async (host, [file = ""]) => {
    const got: string[] = [];
    host.onSignal((name) => {
      got.push(name);
      host.publish(file, got.join(" "), 0o644);
    });
    host.publish(file, "", 0o644);
    const ended = () => (got.includes("SIGTERM") ? true : undefined);
    await host.until({ files: [file], peers: [] }, ended, never);
    return got.length;
  },
  /** run OUT ERR word…: runs the command with both streams copied ("-": not copied), and ends as it does. */
  run: async (host, [out = "-", err = "-", ...argv]) => {
    const spawned = host.spawn({
      argv,
      environment: host.environment,
      ...(out !== "-" && { stdoutPath: out }),
      ...(err !== "-" && { stderrPath: err }),
    });
    if (!spawned.ok) return 125;
    const exit = await spawned.process.ended;
    return "code" in exit ? exit.code : 128 + exit.number;
  },
  /** say TEXT: prints to standard output and logs to standard error. */
  say: async (host, [text = ""]) => {
    host.print(text);
    host.log(text);
    return 0;
  },
};
