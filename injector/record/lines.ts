// Bytes to lines: split at newlines, characters that straddle two chunks kept whole, the last partial line kept.

import { StringDecoder } from "node:string_decoder";

export type Stream = "stdout" | "stderr";

/** What a line is given to; a reader that is not ready says when it will be. */
export type Take = (stream: Stream, line: string) => Promise<void> | void | undefined;

/** A line without an end is cut into pieces of this many characters, so that it cannot fill the memory. */
export const LONGEST_LINE = 1 << 20;

export class Lines {
  readonly #decoder = new StringDecoder("utf8");
  readonly #longest: number;
  #rest = "";
  #cuts = false;

  constructor(longest = LONGEST_LINE) {
    this.#longest = longest;
  }

  /** Complete lines, without their newline. */
  add(chunk: Buffer): readonly string[] {
    const lines = (this.#rest + this.#decoder.write(chunk)).split("\n");
    this.#rest = lines.pop() ?? "";
    while (this.#rest.length > this.#longest) {
      lines.push(this.#rest.slice(0, this.#longest));
      this.#cuts = true;
      this.#rest = this.#rest.slice(this.#longest);
    }
    return lines;
  }

  /** Whether a line has been cut. */
  get cuts(): boolean {
    return this.#cuts;
  }

  /** What came after the last newline, if anything did. */
  end(): readonly string[] {
    const last = this.#rest + this.#decoder.end();
    this.#rest = "";
    return last === "" ? [] : [last];
  }
}
