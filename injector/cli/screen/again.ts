// The command line of this call, as it can be pasted into a shell.

/** `words` are those behind the name of the program. */
export const commandLine = (words: readonly string[]): string => ["baton", ...words.map(quoted)].join(" ");

/** One word of a shell. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
