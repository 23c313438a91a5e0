import { defaults, type KairosParams } from "../params.ts";
import { smaller } from "../smaller.ts";

/**
 * Most gas of one transaction in a block of this time: `tx.maxGas`, and from Osaka's activation on no more than 2^24
 * (kairos 5.5, E1; EIP-7825). It holds for every type, also for those that run no code.
 * @param timestampS the block's, Unix seconds
 */
export function gasCapAt(
  { tx, hardfork, osakaTimestampS }: Pick<KairosParams, "tx" | "hardfork" | "osakaTimestampS">,
  timestampS: number,
): bigint {
  const isOsaka = hardfork === "osaka" || (osakaTimestampS !== undefined && timestampS >= osakaTimestampS);
  return isOsaka ? smaller(tx.maxGas, defaults.tx.maxGasOsaka) : tx.maxGas;
}
