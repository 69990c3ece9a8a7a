import { expect, test } from "vitest";
import { boot, exitOf, type Given, statusAt, World } from "../_world.ts";

function withSecrets(secrets: Readonly<Record<string, string>>): World {
  const world = new World();
  for (const [path, text] of Object.entries(secrets)) {
    const full = `/tekton/creds-secrets/${path}`;
    world.files.makeDirectory(full.slice(0, full.lastIndexOf("/")));
    world.files.publish(full, text, 0o644);
  }
  world.files.makeDirectory("/home");
  return world;
}

async function write(world: World, given: Given): Promise<number | undefined> {
  return exitOf(world, boot(world, 0, { environment: ["HOME=/home"], ...given }));
}

const basic = (name: string, user: string, password: string) => ({
  [`${name}/username`]: user,
  [`${name}/password`]: password,
});

test("registry credentials are merged, the more particular last", async () => {
  const world = withSecrets({
    ...basic("b", "user", "pässword"),
    "cfg/.dockercfg": '{"https://one":{"auth":"1"},"https://two":{"auth":"1"}}',
    "json/.dockerconfigjson": '{"auths":{"https://two":{"auth":"2"},"https://three":{"auth":"2"}}}',
  });
  const given = { "basic-docker": ["b=https://three"], "docker-config": ["json"], "docker-cfg": ["cfg"] };
  expect(await write(world, given)).toBe(0);
  const auth = Buffer.from("user:pässword").toString("base64");
  const expected = {
    auths: {
      "https://one": { auth: "1" },
      "https://two": { auth: "2" },
      "https://three": { username: "user", password: "pässword", auth, email: "not@val.id" },
    },
  };
  for (const directory of ["/tekton/creds", "/home"]) {
    expect(JSON.parse(world.files.read(`${directory}/.docker/config.json`, 1e9) ?? "")).toEqual(expected);
    expect(world.files.stat(`${directory}/.docker/config.json`)?.mode).toBe(0o600);
  }
  expect(world.files.stat("/home/.docker")?.mode).toBe(0o700);
});

test("git over https: helper, user names, and URLs with what they need encoded", async () => {
  const world = withSecrets({ ...basic("a", "me", "p@ss/w:rd+1"), ...basic("b", "do\\main", "x") });
  expect(await write(world, { "basic-git": ["a=https://git.example", "b=http://other:8080/x"] })).toBe(0);
  expect(world.files.read("/home/.gitconfig", 1e9)).toBe(
    '[credential]\n\thelper = store\n[credential "https://git.example"]\n\tusername = me\n' +
      '[credential "http://other:8080/x"]\n\tusername = do\\\\main\n',
  );
  expect(world.files.read("/home/.git-credentials", 1e9)).toBe(
    "https://me:p%40ss%2Fw%3Ard+1@git.example\nhttp://do%5Cmain:x@other:8080/x\n",
  );
  expect(world.files.stat("/home/.git-credentials")?.mode).toBe(0o600);
});

test("git over ssh: keys, hosts with their ports, known hosts where there are any", async () => {
  const world = withSecrets({
    "k1/ssh-privatekey": "KEY1",
    "k1/known_hosts": "line",
    "k2/ssh-privatekey": "KEY2",
  });
  expect(await write(world, { "ssh-git": ["k1=git.example", "k2=[::1]:2222", "k2=git.example"] })).toBe(0);
  expect(world.files.read("/home/.ssh/config", 1e9)).toBe(
    "Host git.example\n    HostName git.example\n    Port 22\n" +
      "    IdentityFile /tekton/creds/.ssh/id_k1\n    IdentityFile /tekton/creds/.ssh/id_k2\n" +
      "Host ::1\n    HostName ::1\n    Port 2222\n    IdentityFile /tekton/creds/.ssh/id_k2\n",
  );
  expect(world.files.read("/tekton/creds/.ssh/id_k2", 1e9)).toBe("KEY2");
  expect(world.files.read("/home/.ssh/known_hosts", 1e9)).toBe("line");
});

test.each([
  [{ "basic-docker": ["no-equals"] }, 2, "want secret=url"],
  [{ "basic-git": ["b=https://x", "b=https://x"] }, 2, "https://x is given twice"],
  [{ "basic-git": ["b=no-scheme"] }, 2, "no URL with a scheme"],
  [{ "basic-git": ["missing=https://x"] }, 125, 'the secret "missing" has no'],
  [{ "docker-config": ["b"] }, 125, "has no"],
  [{ "docker-cfg": ["bad"] }, 125, "no registry credentials"],
])("%j fails the step in words, and never says what is in a secret", async (given, exit, sentence) => {
  const world = withSecrets({ ...basic("b", "user", "hidden"), "bad/.dockercfg": "hidden" });
  expect(await write(world, given)).toBe(exit);
  expect(statusAt(world, 0)?.message).toContain(sentence);
  expect(JSON.stringify(statusAt(world, 0))).not.toContain("hidden");
});

test("a home that cannot be written is told, and the step runs", async () => {
  const world = withSecrets(basic("b", "u", "p"));
  const fault = (operation: string, path: string) =>
    operation === "copy" && path.startsWith("/home") ? "EROFS" : undefined;
  const step = boot(world, 0, { environment: ["HOME=/home"], "basic-git": ["b=https://x"], fault });
  expect(await exitOf(world, step)).toBe(0);
  expect(step.host.logged.join()).toContain("warning: credentials were not copied to /home/.gitconfig");
});

test("without credential flags nothing is written, and an own directory keeps its mode", async () => {
  const world = withSecrets({});
  await write(world, {});
  expect(world.files.stat("/tekton/creds")).toBeUndefined();
  const other = withSecrets({ "k/ssh-privatekey": "KEY" });
  other.files.makeDirectory("/home/.ssh", 0o755);
  await write(other, { "ssh-git": ["k=git.example"] });
  expect(other.files.stat("/home/.ssh")?.mode).toBe(0o755);
});
