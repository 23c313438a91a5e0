import type { KairosBackend } from "@polis/kairos";
import type { DevAccount } from "./accounts/deriveAccounts.ts";
import type { DevChain } from "./chain/devChain.ts";
import type { IntervalMiner } from "./chain/intervalMiner.ts";
import type { Keyring } from "./signing/keyring.ts";

/** What the methods of a development node work on. */
export interface DevNode {
  readonly chain: DevChain;
  readonly backend: KairosBackend;
  readonly keyring: Keyring;
  readonly faucet: DevAccount;
  readonly miner: IntervalMiner;
  /** Identifies this run: it changes with the process and with every reset. */
  instanceId: string;
}
