import { PassThrough, Writable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { waitUntil } from "../../../testing/waitUntil.ts";

/** Keys that are more than a letter. */
export const keys = { enter: "\r", down: "\u001b[B", up: "\u001b[A", escape: "\u001b", stop: "\u0003" } as const;

/** A keyboard and a screen for real questions. */
export class FakeTerminal {
  readonly input: PassThrough & { isTTY?: boolean } = new PassThrough();
  readonly output: Writable & { columns?: number };
  #written = "";
  #seen = 0;

  constructor() {
    this.input.isTTY = true;
    this.output = new Writable({
      write: (chunk, _encoding, done) => {
        this.#written += String(chunk);
        done();
      },
    });
    // A question ends the stream that it was given; a terminal stays.
    this.output.end = () => this.output;
    this.output.columns = 120;
  }

  /** Everything that was ever on the screen, without colours and cursor movements. */
  get text(): string {
    return stripVTControlCharacters(this.#written);
  }

  /** Notes beside the questions. */
  note(line: string): void {
    this.#written += `${line}\n`;
  }

  /** Waits until a text comes after the last one that was waited for, then types. */
  async answer(text: string, ...typed: readonly string[]): Promise<void> {
    let at = -1;
    await waitUntil(`${text} after ${this.text.slice(this.#seen).slice(-500)}`, 10_000, () => {
      at = this.text.indexOf(text, this.#seen);
      return at >= 0;
    });
    this.#seen = at + text.length;
    for (const keystroke of typed) this.input.write(keystroke);
  }
}
