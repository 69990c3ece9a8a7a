// Runs generated TypeScript as a user would have it run: compiled by esbuild, with the SDK behind its import.
import { transform } from "esbuild";
import * as sdk from "../../../injector/sdk/index.ts";

/** The exports of a module that imports nothing but the SDK, as plain data. */
export async function runModule(source: string): Promise<readonly unknown[]> {
  const { code } = await transform(source, { loader: "ts", format: "cjs" });
  const module: { exports: Record<string, object> } = { exports: {} };
  new Function("module", "require", code)(module, () => sdk);
  return JSON.parse(JSON.stringify(Object.values(module.exports)));
}
