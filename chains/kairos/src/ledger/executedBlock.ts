import type { Address } from "@polis/codec";
import type { BlockInfo } from "@polis/ports";
import type { Header } from "../block/header.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import type { Supply } from "../usdc/money.ts";
import type { BlockTally } from "./blockTally.ts";
import type { LogTrail } from "./logTrail.ts";

/** What a later block needs to know of its parent. */
export interface ParentBlock {
  readonly info: BlockInfo;
  readonly header: Header;
  readonly supply: Supply;
}

/** A block whose state is in the tree, with everything that finalizing it writes. */
export interface ExecutedBlock extends ParentBlock {
  readonly headerBytes: Uint8Array;
  readonly block: Uint8Array;
  readonly transactions: readonly VerifiedTransaction[];
  /** Encoded, in the order of the transactions. */
  readonly receipts: readonly Uint8Array[];
  readonly touched: ReadonlySet<Address>;
  readonly trail: LogTrail;
  readonly tally: BlockTally;
}
