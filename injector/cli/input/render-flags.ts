// The flags of `baton compile` that backends declare by themselves.

import { Option } from "commander";
import type { RenderFlag, RenderOptions } from "../../backends/backend.ts";
import { RENDERERS, type RendererName } from "../../backends/index.ts";
import { mistake } from "../../diagnostics/diagnostic.ts";
import { defined } from "../../documents/defined.ts";

export interface RenderWords {
  readonly to: RendererName;
  readonly entrypointImage: string;
  readonly namespace?: string;
}

/** A flag of several backends stands once, and says whose it is. */
export async function renderFlags(): Promise<readonly Option[]> {
  return [...(await declared())].map(
    ([
      name,
      {
        flag: { help, choices, value },
        by,
      },
    ]) => {
      const word = choices === undefined ? value : "how";
      const option = new Option(
        word === undefined ? flagOf(name) : `${flagOf(name)} <${word}>`,
        `${by.join(", ")}: ${help}`,
      );
      return choices === undefined ? option : option.choices(choices);
    },
  );
}

/** What the chosen backend is told. Throws UserError for what means nothing to it. */
export async function renderOptions(words: RenderWords): Promise<RenderOptions> {
  const { to, entrypointImage, namespace } = words;
  const given = new Map(Object.entries(words).filter(([, value]) => value !== undefined));
  const own: [string, unknown][] = [];
  for (const [name, { by }] of await declared()) {
    if (!given.has(name)) continue;
    if (!by.includes(to))
      throw mistake("bad-flag", `${flagOf(name)} means nothing to ${to}`, `it is for ${by.join(", ")}`);
    own.push([name, given.get(name)]);
  }
  return { ...Object.fromEntries(own), ...defined({ entrypointImage, namespace }) };
}

interface Declared {
  readonly flag: Exclude<RenderFlag, "internal">;
  readonly by: readonly string[];
}

async function declared(): Promise<ReadonlyMap<string, Declared>> {
  const all = new Map<string, Declared>();
  for (const [renderer, load] of Object.entries(RENDERERS)) {
    const flags = (await load()).flags as Readonly<Record<string, RenderFlag>>;
    for (const [name, flag] of Object.entries(flags))
      if (flag !== "internal") all.set(name, { flag, by: [...(all.get(name)?.by ?? []), renderer] });
  }
  return all;
}

/** `podResources` is --pod-resources. */
const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
