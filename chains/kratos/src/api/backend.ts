import type { ChainReader } from "../chain/chainReader.ts";
import type { TransactionPool } from "../pool/transactionPool.ts";
import type { PoolOutcome } from "../pool/types.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";
import type { Json } from "./json.ts";

/** What the peers of a node say, as the node sees it. */
export interface PeerFacts {
  readonly localPeerId: string;
  readonly listeningAddresses: readonly string[];
  readonly peers: readonly string[];
  /** Greatest height that a peer proved. */
  readonly bestHeight: number;
  readonly averageScore: number;
}

/** The round in which the gadget of a node is (kratos-core 7.4). */
export interface RoundFacts {
  readonly round: number;
  readonly set: number;
  readonly state: "Prevoting" | "Precommitting" | "Completed";
  readonly prevotes: number;
  readonly precommits: number;
  /** Undefined before a quorum of prevotes supports a block. */
  readonly target: number | undefined;
}

/** What the methods ask of a node. Everything about the chain is read from committed state. */
export interface KratosBackend {
  readonly reader: ChainReader;
  readonly pool: TransactionPool;
  /** Takes a transaction of this node's own clients, and passes it on when it is new. */
  submit(signed: SignedTransaction): PoolOutcome;
  /** Program and version, such as `kratos` and `0.1.0`. */
  readonly name: string;
  readonly version: string;
  readonly chainName: string;
  /** Unsafe methods: unknown unless switched on (kratos-core 13.3). */
  readonly unsafe: boolean;
  peers(): PeerFacts;
  /** Undefined while the gadget stands by. */
  round(): RoundFacts | undefined;
  /** The local clock layer (kratos-core 11.2) in its JSON form. */
  clock(): Readonly<Record<string, Json>>;
}
