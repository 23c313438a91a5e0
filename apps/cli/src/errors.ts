/** A person's mistake: what is wrong, and what to do about it. The program prints both without a stack trace. */
export class UserError extends Error {
  override readonly name: string = "UserError";
  readonly code: string;
  readonly hint: string;
  /** 2 for configuration, 1 otherwise (kairos 18.3). */
  readonly exitCode: number;

  constructor(code: string, message: string, hint: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = hint;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** Everything that is wrong with a configuration, reported together (kairos X3). */
export class ConfigError extends UserError {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[], hint: string) {
    super("CONFIG_INVALID", `the configuration is not valid:\n${problems.map((p) => `  - ${p}`).join("\n")}`, hint, {
      exitCode: 2,
    });
    this.problems = problems;
  }
}
