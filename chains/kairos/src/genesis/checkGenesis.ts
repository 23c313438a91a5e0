import { bytesToHex } from "@polis/codec";
import { bls } from "@polis/crypto";
import { isPredeploy, zeroAddress } from "../addresses.ts";
import { checkParams, defaults } from "../params.ts";
import { nativePerUnit } from "../usdc/money.ts";
import type { Genesis } from "./types.ts";

/**
 * The relations of a genesis document (kairos 5.6, K8, K15, K18, R5, U4); proofs of possession apart.
 * @returns one sentence per broken relation
 */
export function checkGenesis(genesis: Genesis): readonly string[] {
  const { params, alloc, predeploys, usdc } = genesis;
  const problems = [...checkParams(params), ...checkValidators(genesis), ...checkScheme(genesis)];
  if (params.treasury === zeroAddress || isPredeploy(params.treasury)) {
    problems.push("treasury must not be the zero address or a predeployed contract");
  }
  if (params.hardfork === "osaka" && params.tx.maxGas > defaults.tx.maxGasOsaka) {
    problems.push(`tx.maxGas must be at most ${defaults.tx.maxGasOsaka} with hardfork "osaka" (EIP-7825)`);
  }
  const supply = [...alloc, ...predeploys].reduce((sum, account) => sum + account.balance, 0n);
  if (supply % nativePerUnit !== 0n) problems.push("the sum of all balances must be a multiple of 10^12 (U4)");
  if (supply >= 1n << 256n) problems.push("the sum of all balances must be below 2^256");
  const twice = alloc.find(({ address }) => predeploys.some((other) => other.address === address));
  if (twice !== undefined) problems.push(`0x${twice.address} is both in alloc and in predeploys`);
  if (usdc.roles.owner !== zeroAddress && usdc.blacklisted.includes(usdc.roles.owner)) {
    problems.push("usdc.roles.owner must not be blacklisted (U12)");
  }
  return problems;
}

function checkValidators({ n, f, validators, network }: Genesis): readonly string[] {
  const problems: string[] = [];
  if (n < 5 * f + 1) problems.push(`n is ${n} and f is ${f}; n >= 5f+1 is required (K8)`);
  if (validators.length !== n) problems.push(`validators has ${validators.length} entries and n is ${n} (K8)`);
  const seen = new Map<string, string>();
  validators.forEach((validator, index) => {
    const path = `validators[${index}]`;
    const keys = ["blsPublicKey", "p2pPublicKey", "shareKeyM", "shareKeyL"] as const;
    for (const key of keys) {
      const bytes = validator[key];
      if (bytes === undefined) continue;
      const hex = bytesToHex(bytes);
      const first = seen.get(hex);
      // With a threshold of one every share is the secret itself, so all share keys are equal.
      const mayRepeat = (key === "shareKeyM" && f === 0) || (key === "shareKeyL" && n - f === 1);
      if (first !== undefined && !mayRepeat) problems.push(`${path}.${key} repeats ${first} (K8)`);
      seen.set(hex, `${path}.${key}`);
      if (key !== "p2pPublicKey" && bls.parsePublicKey(bytes) === undefined) {
        problems.push(`${path}.${key} is not a point of G1 other than infinity (K8)`);
      }
    }
    if (validator.feeAddress === zeroAddress || isPredeploy(validator.feeAddress)) {
      problems.push(`${path}.feeAddress must not be the zero address or a predeployed contract`);
    }
    if (network !== "local" && (validator.blsPop === undefined || validator.p2pBinding === undefined)) {
      problems.push(`${path} needs blsPop and p2pBinding; only the network "local" does without (K8, X8)`);
    }
  });
  return problems;
}

function checkScheme({ scheme, params, leader, groupKeyM, groupKeyL }: Genesis): readonly string[] {
  const problems: string[] = [];
  const groupKeys = [groupKeyM, groupKeyL].filter((key) => key !== undefined);
  if (groupKeys.length !== (scheme === "threshold" ? 2 : 0)) {
    problems.push('groupKeyM and groupKeyL are required with scheme "threshold" and refused otherwise');
  }
  if (groupKeys.some((key) => bls.parsePublicKey(key) === undefined)) problems.push("a group key is not a point of G1");
  if (params.randomness === "seed" && scheme !== "threshold") {
    problems.push('randomness "seed" requires scheme "threshold" (K18)');
  }
  if (leader === "random" && params.randomness !== "seed")
    problems.push('leader "random" requires randomness "seed" (R5)');
  return problems;
}
