import { type TransactionErrorName, transactionErrors } from "@polis/kairos";

/**
 * Names of what a node can answer instead of a result: the codes of kairos 7.6, and four that are no refusal of a
 * transaction: nobody answers, the time is over, the code reverted, or an error without a code of its own.
 */
export type KairosErrorName = TransactionErrorName | "UNAVAILABLE" | "TIMEOUT" | "REVERTED" | "OTHER";

/** What comes along with an error. */
export interface KairosErrorDetails {
  /** For example `tx_hash` of a transaction that is known already. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

const hints: Partial<Record<KairosErrorName, string>> = {
  ALREADY_KNOWN: "the node has this transaction: wait for it instead of sending it again",
  INSUFFICIENT_BALANCE: "the sender, or its fee payer, needs the amounts and the highest fee at once",
  NONCE_TOO_LOW: "a transaction with this nonce is in a block: read the next nonce and sign again",
  NONCE_TOO_HIGH: "an earlier nonce is missing: send the transactions in their order",
  FEE_TOO_LOW: "sign with a higher maxFee: the base fee has risen",
  REPLACEMENT_UNDERPRICED: "a waiting transaction has this nonce: pay at least 10 % more, or take the next nonce",
  EXPIRED: "its validBefore is over and it will never be in a block: sign a new one",
  WRONG_CHAIN: "it was signed for another chain: check the chain id",
  BLACKLISTED: "the issuer has blocked one of the accounts: no USDC of it moves",
  PAUSED: "the issuer has paused all transfers: try again later",
  NOT_SYNCED: "the node is catching up: try again later, or ask another node",
  UNAVAILABLE: "no answer from the node: check its address and the network",
  TIMEOUT: "the outcome is not known: ask for the transaction's status before sending another one",
};

/**
 * What a node refused or could not do. `codeName` is for programs, `message` and `hint` are for people.
 * @example
 * const tooMuch = PaymentBuilder.pay(bob.address, "5000000").sign(carol, { chainId: client.chainId, nonce: 0n });
 * const error = await client.submitAndWait(tooMuch).catch((caught) => caught);
 * error.codeName; // => "NONCE_TOO_LOW"
 */
export class KairosError extends Error {
  /** The code of kairos 7.6; 0 for what is not in that table. */
  readonly code: number;
  readonly codeName: KairosErrorName;
  readonly metadata: Readonly<Record<string, string>>;
  readonly hint: string | undefined;

  /** @example new KairosError("NONCE_TOO_LOW", "nonce too low").code; // => 6 */
  constructor(codeName: KairosErrorName, message: string, details: KairosErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "KairosError";
    this.codeName = codeName;
    this.code = isTableName(codeName) ? transactionErrors[codeName].code : 0;
    this.metadata = details.metadata ?? {};
    this.hint = hints[codeName];
  }

  /** True when the same call may succeed on another try: nobody answered, or the node is not ready (kairos 7.6). */
  get isUnavailable(): boolean {
    return unavailable.has(this.codeName);
  }
}

const unavailable: ReadonlySet<KairosErrorName> = new Set(["UNAVAILABLE", "BROADCAST_FAILED", "NOT_SYNCED"]);

function isTableName(name: KairosErrorName): name is TransactionErrorName {
  return Object.hasOwn(transactionErrors, name);
}

/**
 * The name of a code of kairos 7.6, or undefined for another number.
 * @example errorNameOf(5); // => "INSUFFICIENT_BALANCE"
 */
export function errorNameOf(code: number): TransactionErrorName | undefined {
  return byCode.get(code);
}

const byCode: ReadonlyMap<number, TransactionErrorName> = new Map(
  Object.entries(transactionErrors).map(([name, { code }]) => [code, name as TransactionErrorName] as const),
);
