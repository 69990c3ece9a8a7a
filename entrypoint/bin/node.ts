#!/usr/bin/env node
// The entrypoint on Node: dist/entrypoint.mjs, and the single executable dist/entrypoint-node.

import { realpathSync } from "node:fs";
import { nodeHost } from "../hosts/node.ts";
import { main } from "../main.ts";

const [program = "", script = "", ...words] = process.argv;

/** A single executable is its own program; a bundle is the script that Node was given. */
const isBundle = /\.[cm]?js$/.test(script);
const host = nodeHost(words, realpathSync(isBundle ? script : program));

// Not only the exit code: streams that grandchildren hold open would keep the event loop alive.
main(host).then(
  (code) => process.exit(code),
  (error: unknown) => {
    host.log(`error: this is a defect of the entrypoint: ${error instanceof Error ? error.stack : error}`);
    process.exit(125);
  },
);
