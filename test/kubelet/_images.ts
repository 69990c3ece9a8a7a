// Images for containerd, made here: busybox under two configurations, the entrypoint's, and what holds a pod's namespaces.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { entrypointImage } from "../../images/entrypoint.ts";
import { archive, type ImageConfig, imageLayout, type Layout } from "../../images/oci.ts";
import { IMAGES } from "../e2e/_engines.ts";

export const PAUSE = "localhost/pause:test";

/** Each as an archive that `ctr images import` takes. */
export function imageArchives(): readonly Buffer[] {
  const binary = readFileSync(resolve("dist/entrypoint"));
  return [
    entrypointImage({ [ARCHITECTURE]: binary }, "test", { reference: IMAGES.entrypoint }),
    busybox(IMAGES.busybox, ["/bin/sh"]),
    busybox(PAUSE, ["/bin/busybox", "sleep", "2147483647"]),
  ].map((layout) => archive(layout, ARCHITECTURE));
}

/** Busybox with a command of its own. */
export const greeterArchive = (): Buffer =>
  archive(busybox(IMAGES.greeter, ["/bin/echo", "hello"]), ARCHITECTURE);

const ARCHITECTURE = process.arch === "x64" ? "amd64" : process.arch;

const APPLETS =
  "sh cat dd echo false head id kill ls mkdir printf pwd rm seq sleep test touch tr true wc".split(" ");

function busybox(reference: string, command: readonly string[]): Layout {
  const content = readFileSync("/bin/busybox");
  const files = [
    { name: "bin", mode: 0o755 },
    { name: "tmp", mode: 0o1777 },
    { name: "bin/busybox", mode: 0o755, content },
    ...APPLETS.map((applet) => ({ name: `bin/${applet}`, mode: 0o777, link: "busybox" })),
  ];
  const platforms = [{ architecture: ARCHITECTURE, layers: [{ what: "busybox", files }] }];
  const config: ImageConfig = { User: "0", Entrypoint: command, WorkingDir: "/", Labels: {} };
  return imageLayout({ reference, config, platforms });
}
