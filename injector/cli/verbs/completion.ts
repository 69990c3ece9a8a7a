// baton completion bash|zsh|fish: a script that completes verbs, options, their choices and files.

import { Argument } from "commander";
import { VERSION } from "../../documents/version.ts";
import type { Define, Described, DescribedOption } from "../verb.ts";

/** `json` is what the others are made of, and the manual page. */
type Shell = "bash" | "zsh" | "fish" | "json";

export const define: Define = (command, { terminal, all }) => {
  command
    .addArgument(new Argument("<shell>", "for which shell").choices(["bash", "zsh", "fish", "json"]))
    .addHelpText("after", "\nbash: source <(baton completion bash)")
    .action(async (shell: Shell) => {
      terminal.out.write(SCRIPTS[shell](await all()));
    });
};

const SCRIPTS: Readonly<Record<Shell, (verbs: readonly Described[]) => string>> = {
  bash,
  zsh,
  fish,
  json: (verbs) => `${JSON.stringify({ version: VERSION, verbs }, null, 2)}\n`,
};

function bash(verbs: readonly Described[]): string {
  const names = verbs.map(({ name }) => name).join(" ");
  return `# bash completion for baton
_baton() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} verb=\${COMP_WORDS[1]}
  if [ "$COMP_CWORD" = 1 ]; then
    COMPREPLY=($(compgen -W "${names}" -- "$word"))
    return
  fi
  case "$verb $before" in
${choicesOf(verbs)
  .map(
    ({ verb, flag, choices }) =>
      `    "${verb} ${flag}") COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$word")); return ;;`,
  )
  .join("\n")}
  esac
  case "$word" in
    -*) ;;
    *) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case "$verb" in
${verbs.map(({ name, options }) => `    ${name}) COMPREPLY=($(compgen -W "${flagsOf({ options }).join(" ")}" -- "$word")) ;;`).join("\n")}
  esac
}
complete -o filenames -F _baton baton
`;
}

function zsh(verbs: readonly Described[]): string {
  const lines = verbs.map(({ name, summary }) => `    '${name}:${plain(summary)}'`).join("\n");
  const cases = verbs.map(
    ({ name, options }) =>
      `    ${name}) _arguments ${[...options.flatMap(zshSpecs), "'*:file:_files'"].join(" ")} ;;`,
  );
  return `#compdef baton
_baton() {
  local -a verbs
  verbs=(
${lines}
  )
  if (( CURRENT == 2 )); then _describe verb verbs; return; fi
  local verb=$words[2]
  shift words; (( CURRENT-- ))
  case $verb in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = _baton ]; then _baton "$@"; else compdef _baton baton; fi
`;
}

function fish(verbs: readonly Described[]): string {
  const lines = verbs.flatMap(({ name, summary, options }) => [
    `complete -c baton -n __fish_use_subcommand -a ${name} -d '${plain(summary)}'`,
    ...options.map((option) => fishOption(name, option)),
  ]);
  return `# fish completion for baton\n${lines.join("\n")}\n`;
}

function zshSpecs(option: DescribedOption): readonly string[] {
  const { description, takesValue, choices } = option;
  const value = choices.length > 0 ? `:value:(${choices.join(" ")})` : takesValue ? ":value:_files" : "";
  return flagsOf({ options: [option] }).map((flag) => `'*${flag}[${plain(description)}]${value}'`);
}

function fishOption(
  verb: string,
  { short, long, description, takesValue, choices }: DescribedOption,
): string {
  const flags = [short && `-s ${short.slice(1)}`, long && `-l ${long.slice(2)}`].filter(Boolean).join(" ");
  const value = choices.length > 0 ? ` -x -a '${choices.join(" ")}'` : takesValue ? " -r" : "";
  return `complete -c baton -n '__fish_seen_subcommand_from ${verb}' ${flags}${value} -d '${plain(description)}'`;
}

const flagsOf = ({ options }: Pick<Described, "options">): readonly string[] =>
  options.flatMap(({ short, long }) => [short, long].flatMap((flag) => flag ?? []));

const choicesOf = (verbs: readonly Described[]) =>
  verbs.flatMap(({ name, options }) =>
    options
      .filter(({ choices }) => choices.length > 0)
      .flatMap(({ short, long, choices }) =>
        [short, long].flatMap((flag) => (flag === undefined ? [] : [{ verb: name, flag, choices }])),
      ),
  );

/** Without what a shell would read in it. */
const plain = (text: string): string => text.replace(/['[\]:\\`$]/g, "").replaceAll("\n", " ");
