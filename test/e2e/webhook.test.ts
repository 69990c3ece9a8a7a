// `baton webhook` as a process: its TLS, whose certificate is renewed while it runs, its limits, and its end.
import { execFileSync } from "node:child_process";
import { renameSync } from "node:fs";
import { type RequestOptions, request } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { expect, test } from "vitest";
import { type Folder, folder } from "./_baton.ts";

/** A certificate for this name, in place at once. */
function certify({ path }: Folder, name: string): void {
  const words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", "new.key", "-out", "new.crt", "-days", "2", "-subj", `/CN=${name}`];
  execFileSync("openssl", [...words, ...files], { cwd: path, stdio: "ignore" });
  for (const end of ["key", "crt"]) renameSync(join(path, `new.${end}`), join(path, `tls.${end}`));
}

interface Answered {
  readonly code: number;
  readonly text: string;
  /** Who the server says it is. */
  readonly name: string;
}

function ask(port: number, path: string, body?: string | Buffer): Promise<Answered> {
  const options: RequestOptions = { port, path, method: body === undefined ? "GET" : "POST", agent: false };
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, host: "localhost", rejectUnauthorized: false }, (response) => {
      const name = String((response.socket as TLSSocket).getPeerCertificate().subject.CN);
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.once("end", () =>
        resolve({ code: response.statusCode ?? 0, text: Buffer.concat(pieces).toString("utf8"), name }),
      );
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

test("it serves reviews, renews its certificate, keeps its limits, and ends when it is told to", async () => {
  const made = folder();
  certify(made, "first");
  const words = ["--tls-cert", "tls.crt", "--tls-key", "tls.key", "--port", "0"];
  const running = made.start(["webhook", ...words]);
  let said = "";
  running.child.stdout?.on("data", (piece: string) => {
    said += piece;
  });
  await running.until('"listening"');
  const port = Number(/"listening","port":(\d+)/.exec(said)?.[1]);
  expect(await ask(port, "/healthz")).toEqual({ code: 200, text: "ok\n", name: "first" });

  const containers = ["a", "b"].map((name) => ({ name, image: "busybox", command: ["true"] }));
  const annotations = { "baton.run/order": "a, b" };
  const spec = { restartPolicy: "Never", containers };
  const object = { apiVersion: "v1", kind: "Pod", metadata: { name: "p", annotations }, spec };
  const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview" };
  const body = JSON.stringify({ ...review, request: { uid: "u", operation: "CREATE", object } });
  const { text } = await ask(port, "/inject", body);
  expect(JSON.parse(text).response).toMatchObject({ uid: "u", allowed: true, patchType: "JSONPatch" });
  expect((await ask(port, "/inject", "{")).code).toBe(400);
  expect((await ask(port, "/inject")).code).toBe(405);
  const large = await ask(port, "/inject", Buffer.alloc(9 << 20)).catch(() => ({ code: 413 }));
  expect(large.code).toBe(413);
  expect((await ask(port, "/metrics")).text).toMatch(/reviews_total\{outcome="injected"\} 1\n/);

  const renewed = running.until("the certificate was renewed");
  certify(made, "second");
  await renewed;
  expect((await ask(port, "/readyz")).name).toBe("second");

  running.child.kill("SIGTERM");
  expect(await running.ended).toMatchObject({ code: 0, stderr: "" });
  expect(said).toContain('"outcome":"injected"');
});
