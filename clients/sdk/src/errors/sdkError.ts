/** What a caller can get wrong, by name. */
export type SdkErrorCode =
  | "ADDRESS"
  | "AMOUNT"
  | "CHECKPOINT"
  | "CONFIGURATION"
  | "HASH"
  | "HEX"
  | "KEY_FILE"
  | "MNEMONIC"
  | "PAYMENT"
  | "SECRET"
  | "TRANSACTION";

/**
 * A mistake of the calling program: nothing was sent. `hint` says what to do.
 * @example
 * assert.throws(() => parseUsdc("1,25"), (error) => error instanceof SdkError && error.code === "AMOUNT");
 */
export class SdkError extends Error {
  readonly code: SdkErrorCode;
  readonly hint: string;

  /**
   * @param hint what the caller can do about it
   * @example new SdkError("ADDRESS", "not an address: 0x12", "write 0x and 40 hex characters").code; // => "ADDRESS"
   */
  constructor(code: SdkErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SdkError";
    this.code = code;
    this.hint = hint;
  }
}
