import { type Digest, digestOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { Fork } from "../seam/rules.ts";
import type { BlockEnv } from "../seam/transaction.ts";
import { addressIn, digestIn, numberOf, type StateTestCase } from "./stateTestFile.ts";

const FRACTION: Readonly<Record<Fork, bigint>> = { cancun: 3_338_477n, prague: 5_007_716n, osaka: 5_007_716n };

/** The block around a case. Hashes of earlier blocks are Keccak-256 of the number in decimal digits, as these tests have it. */
export function blockOf({ test, fork }: StateTestCase): BlockEnv {
  const { env, config } = test;
  const number = numberOf(env.currentNumber);
  const name = fork.slice(0, 1).toUpperCase() + fork.slice(1);
  const fraction = numberOf(config?.blobSchedule?.[name]?.baseFeeUpdateFraction) || FRACTION[fork];
  return {
    chainId: config?.chainid === undefined ? 1n : numberOf(config.chainid),
    number,
    timestampS: Number(numberOf(env.currentTimestamp)),
    coinbase: addressIn(env.currentCoinbase!),
    prevRandao: digestIn(env.currentRandom ?? "0x"),
    baseFee: numberOf(env.currentBaseFee),
    gasLimit: numberOf(env.currentGasLimit),
    blobBaseFee: exponential(numberOf(env.currentExcessBlobGas), fraction),
    blockHash: (wanted) => (wanted < number && number - wanted <= 256n ? hashOfNumber(wanted) : undefined),
  };
}

function hashOfNumber(number: bigint): Digest {
  return digestOf(keccak256(Uint8Array.from(number.toString(), (digit) => digit.charCodeAt(0))));
}

/** EIP-4844's approximation of e^(numerator / denominator) as an integer: the price of blob gas. */
function exponential(numerator: bigint, denominator: bigint): bigint {
  let output = 0n;
  let term = denominator;
  for (let i = 1n; term > 0n; i++) {
    output += term;
    term = (term * numerator) / (denominator * i);
  }
  return output / denominator;
}
