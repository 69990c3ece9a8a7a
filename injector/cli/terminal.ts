// Where the command line reads and writes, and what interrupts it. The program gives what its process has
// (`bin/terminal.ts`), a test whatever it likes: nothing else in this room knows a process.

/** A stream of text, as a terminal has two. */
export interface Screen {
  readonly isTTY: boolean;
  /** Characters; undefined where the stream is no terminal. */
  readonly columns: number | undefined;
  /** Lines; undefined where the stream is no terminal. */
  readonly rows: number | undefined;
  /** Nothing in `text` is obeyed by a terminal but our own colours. */
  write(text: string): void;
  /** What moves the cursor is obeyed: for text of our own alone. */
  draw(text: string): void;
}

export interface Terminal {
  readonly out: Screen;
  readonly err: Screen;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What was typed behind the name of the program. */
  readonly words: readonly string[];
  /** Standard input, to its end. */
  input(): string;
  /** Calls `listener` for each of INT, TERM and HUP until what it returns is called; then they end the program again. */
  onSignal(listener: (name: Interrupt) => void): () => void;
  /** Calls `listener` in place of ending the program, once its reader has gone or its disk is full. */
  onOutputLost(listener: () => void): void;
  /** Ends the program at once, as a shell tells of one that `name` ended. */
  leave(name: Interrupt): void;
}

export type Interrupt = "SIGINT" | "SIGTERM" | "SIGHUP";
