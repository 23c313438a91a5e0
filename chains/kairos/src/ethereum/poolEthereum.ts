import type { PoolTransaction } from "@polis/mempool";
import type { VerifiedTransaction } from "../transaction/types.ts";
import type { EthereumTransaction } from "./types.ts";

/** What the pool needs to know of an Ethereum transaction (kairos M3, M4; T8: most that it can cost its sender). */
export function poolEthereum(verified: VerifiedTransaction<EthereumTransaction>): PoolTransaction {
  const { transaction, sender } = verified;
  const { hash, envelope, nonce, gas, maxFeePerGas, maxPriorityFeePerGas, value } = transaction;
  return {
    hash,
    envelope,
    sender,
    nonce,
    gas,
    feeCap: maxFeePerGas,
    tipCap: maxPriorityFeePerGas,
    senderCost: gas * maxFeePerGas + value,
    feePayer: undefined,
    feePayerCost: 0n,
    validAfterS: 0,
    validBeforeS: 0,
    decoded: verified,
  };
}
