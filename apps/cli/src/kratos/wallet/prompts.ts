import { confirm, input, password, select } from "@inquirer/prompts";
import { UserError } from "../../errors.ts";

/** One line of a menu. */
export interface Choice<T> {
  readonly name: string;
  readonly value: T;
  /** Shown beside the list while the line is chosen. */
  readonly description?: string;
}

/** Questions to a person. All of them reject with an `ExitPromptError` at Ctrl+C. */
export interface Prompts {
  /** Masked. */
  password(message: string): Promise<string>;
  /** No, unless the person says yes. */
  confirm(message: string): Promise<boolean>;
  /** @param check throws a UserError for an answer that cannot be used; the person is told, and asked again */
  text(message: string, check: (text: string) => unknown, suggestion?: string): Promise<string>;
  choose<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
}

/** Where questions are asked. */
export interface PromptStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

const PAGE_LINES = 15;

/** Questions on a terminal. */
export function createPrompts(streams: PromptStreams): Prompts {
  return {
    password: (message) => password({ message, mask: "*" }, streams),
    confirm: (message) => confirm({ message, default: false }, streams),
    text: (message, check, suggestion) => {
      const validate = (text: string) => problemOf(() => check(text.trim())) ?? true;
      const given = suggestion === undefined ? {} : { default: suggestion };
      return input({ message, validate, ...given }, streams).then((text) => text.trim());
    },
    choose: (message, choices) => select({ message, choices, pageSize: PAGE_LINES, loop: false }, streams),
  };
}

/** True for what a question rejects with when the person presses Ctrl+C or the input ends. */
export function isExit(error: unknown): boolean {
  return error instanceof Error && error.name === "ExitPromptError";
}

/** What is wrong with an answer, in words; undefined when it can be used. */
function problemOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return `${error.message}: ${error.hint}`;
    throw error;
  }
}
