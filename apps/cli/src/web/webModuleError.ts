/** What can be wrong with a module that a browser is to load. */
export type WebModuleFault =
  | "WEB_BUILTIN"
  | "WEB_NOT_FOUND"
  | "WEB_NOT_EXPORTED"
  | "WEB_OUTSIDE"
  | "WEB_COMMONJS"
  | "WEB_KIND"
  | "WEB_SYNTAX"
  | "WEB_LIMIT";

/** A module that cannot be served to a browser; `chain` is the way of imports from the entry point to it. */
export class WebModuleError extends Error {
  override readonly name = "WebModuleError";
  readonly code: WebModuleFault;
  readonly hint: string;
  readonly chain: readonly string[];

  constructor(code: WebModuleFault, message: string, hint: string, chain: readonly string[] = [], cause?: unknown) {
    super(chain.length > 1 ? `${message}\n  ${chain.join("\n  -> ")}` : message, { cause });
    this.code = code;
    this.hint = hint;
    this.chain = chain;
  }
}
