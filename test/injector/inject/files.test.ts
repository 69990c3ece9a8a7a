// baton inject: only what gets an order changes in the text, and silence never means that nothing was done.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readYaml } from "../../../injector/documents/load/yaml.ts";
import { call } from "../cli/_terminal.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "baton-inject-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function injected(...texts: readonly string[]) {
  const files = texts.map((text, index) => {
    const file = join(folder, `${index}.yaml`);
    writeFileSync(file, text);
    return file;
  });
  const output = join(folder, "out.yaml");
  const words = ["inject", ...files.flatMap((file) => ["-f", file]), "-o", output];
  const { code, err: said } = await call(words);
  const text = code === 0 ? readFileSync(output, "utf8") : "";
  return { code, said, text, codes: [...said.matchAll(/error\[([a-z-]+)\]/g)].map(([, one]) => one) };
}

const POD = `apiVersion: v1 # of Kubernetes
kind: Pod
metadata:
  name: x
  # first the one, then the other
  annotations: {baton.run/order: 'y, b'}
spec:
  restartPolicy: Never
  priority: 1234567890123456789
  volumes:
    - name: key
      secret: {secretName: ssh, defaultMode: 0400} # octal

  containers:
    - name: "y"
      image: x
      command:
        - sh # why not bash
        - -c
        - |
          # a comment of the script
          echo 'a'   "b"

      volumeMounts: [{name: key, mountPath: /k}]
    # the second
    - {name: b, image: x, command: [echo, b]}
`;

test("comments, quotes, octals, large numbers and blank lines stay as they are", async () => {
  const { code, text } = await injected(POD);
  expect(code).toBe(0);
  const lines = text.split("\n");
  let at = 0;
  for (const line of POD.split("\n").filter((one) => !/volumeMounts|name: b,/.test(one))) {
    const found = lines.indexOf(line, at);
    expect([line, found >= at]).toEqual([line, true]);
    at = found + 1;
  }
  const [read] = readYaml("x.yaml", text).documents as unknown as [
    { data: { spec: Record<string, unknown> } },
  ];
  expect(read.data.spec).toMatchObject({
    priority: 1234567890123456789n,
    volumes: [{ secret: { defaultMode: 0o400 } }, { name: "baton-bin" }, { name: "baton-run" }],
    containers: [{ volumeMounts: [{ name: "key" }, {}, {}, {}] }, { volumeMounts: [{}, {}, {}] }],
  });
});

test("a second time changes nothing, nor are other documents and files changed", async () => {
  const other = "# a service\nkind:   Service\nspec: {ports: [0o17]}\n";
  const { text: once } = await injected(POD);
  const { code, text } = await injected(once, other);
  expect({ code, text }).toEqual({ code: 0, text: `${once}---\n${other}` });
});

test.each(["kind: List\napiVersion: v1\nitems:\n", "kind: PodList\napiVersion: v1\nitems:\n"])(
  "a list is a list of documents: %j",
  async (head) => {
    const items = POD.replace(/^/gm, "  ").replace("  apiVersion", "- apiVersion").trimEnd();
    const { code, text } = await injected(
      `${head}${items}\n- {apiVersion: v1, kind: Pod, metadata: {name: z}}\n`,
    );
    expect(code).toBe(0);
    const [{ data } = { data: undefined }] = readYaml("x.yaml", text).documents;
    expect(data).toMatchObject({
      items: [{ spec: { initContainers: [{ name: "baton-layout" }] } }, { metadata: { name: "z" } }],
    });
  },
);

describe("what cannot be ordered is an error with a place, and nothing is written", () => {
  const ordered = (more: string) => POD.replace("restartPolicy: Never", more);
  test.each<[name: string, text: string, codes: readonly string[], line: number | undefined]>([
    ["Always", ordered("restartPolicy: Always"), ["restarting-pod"], 8],
    ["OnFailure", ordered("restartPolicy: OnFailure"), ["restarting-pod"], 8],
    ["no policy", ordered("hostNetwork: true"), ["restarting-pod"], 8],
    ["a slip", POD.replace("order:", "oder:"), ["unknown-annotation"], 6],
    ["another slip", POD.replace("baton.run/order", "batonrun/order"), ["unknown-annotation"], 6],
    ["no such container", POD.replace("'y, b'", "'y, c'"), ["unknown-container"], 6],
    ["a map", POD.replace("'y, b'", "{b: y}"), ["bad-order"], 6],
    ["a Deployment", POD.replace("kind: Pod", "kind: Deployment"), ["restarting-pod"], 6],
    ["a List without pods", "apiVersion: v1\nkind: List\nitems: []\n", ["nothing-to-order"], undefined],
    ["a pod without order", POD.replace(/annotations.*/, ""), ["nothing-to-order"], undefined],
    ["nothing", "", ["nothing-to-order"], undefined],
    [
      "two at once",
      `${POD.replace("order:", "oder:")}---\n${ordered("restartPolicy: Always")}`,
      ["unknown-annotation", "restarting-pod"],
      6,
    ],
  ])("%s", async (_name, text, codes, line) => {
    const found = await injected(text);
    expect({ code: found.code, codes: found.codes }).toEqual({ code: 2, codes });
    expect(/0\.yaml:(\d+):/.exec(found.said)?.[1]).toBe(line === undefined ? undefined : String(line));
  });
});
