import { createPrompts, type Prompts } from "./prompts.ts";

/** How a command of the wallet speaks with whoever started it. */
export interface WalletIo {
  /** One JSON object on standard output instead of lines, and no progress. */
  readonly json: boolean;
  /** Undefined when there is nobody to ask. */
  readonly prompts: Prompts | undefined;
  /** The answer, without a line feed at its end. */
  readonly out: (text: string) => void;
  /** Besides the answer: warnings and what is being done. */
  readonly note: (line: string) => void;
  /** Replaces the line that says what is being waited for; an empty text clears it. Does nothing in a pipe. */
  readonly progress: (text: string) => void;
  /** Unix time. */
  readonly nowMs: () => number;
  /** Resolves a little later: the pause between two questions to a node. */
  readonly pause: () => Promise<void>;
}

const PAUSE_MS = 1_000;

/** The terminal: answers on standard output; questions, notes and progress on standard error. */
export function terminalIo(json: boolean): WalletIo {
  const { stdin, stdout, stderr } = process;
  return {
    json,
    prompts: stdin.isTTY && stderr.isTTY ? createPrompts({ input: stdin, output: stderr }) : undefined,
    out: (text) => void stdout.write(`${text}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    progress: (text) => {
      if (stderr.isTTY && !json) stderr.write(`\r\u001b[2K${text}`);
    },
    nowMs: () => Date.now(),
    pause: () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)),
  };
}

/** Writes an answer: the data as JSON when that is wanted, else the lines. Bigints become decimal texts. */
export function answer(io: WalletIo, data: unknown, lines: readonly string[]): void {
  if (!io.json) io.out(lines.join("\n"));
  else io.out(JSON.stringify(data, (_key, value) => (typeof value === "bigint" ? value.toString() : value), 2));
}
