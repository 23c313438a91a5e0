/** A person's mistake: what is wrong, and what to do about it. The program prints both without a stack trace. */
export class SeedError extends Error {
  override readonly name = "SeedError";
  readonly code: string;
  readonly hint: string;
  /** 2 for options and files of the operator, 1 otherwise. */
  readonly exitCode: number;

  constructor(code: string, message: string, hint: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = hint;
    this.exitCode = options.exitCode ?? 1;
  }
}
