import { checkSharing, verifyBinding, verifyPossession } from "@polis/crypto";
import type { Genesis } from "./types.ts";

/**
 * The slow part of K8, apart from `parseGenesis`: proofs of possession, bindings, and in threshold mode the polynomials.
 * Takes some tens of milliseconds per validator. Proofs that are absent (network `local`, X8) are not missed here.
 * @returns one sentence per wrong proof; empty when the list may be used
 */
export function verifyGenesisKeys(genesis: Genesis): readonly string[] {
  const { validators, params, f, n, groupKeyM, groupKeyL } = genesis;
  const problems: string[] = [];
  validators.forEach(({ blsPublicKey, blsPop, p2pPublicKey, p2pBinding }, index) => {
    if (blsPop !== undefined && !verifyPossession(blsPublicKey, blsPop)) {
      problems.push(`validators[${index}].blsPop does not prove possession of blsPublicKey`);
    }
    const chainId = Number(params.chainId);
    if (p2pBinding !== undefined && !verifyBinding(chainId, p2pPublicKey, blsPublicKey, p2pBinding)) {
      problems.push(`validators[${index}].p2pBinding does not bind p2pPublicKey on chain ${chainId}`);
    }
  });
  const sharings = [
    ["M", groupKeyM, validators.map(({ shareKeyM }) => shareKeyM), 2 * f + 1],
    ["L", groupKeyL, validators.map(({ shareKeyL }) => shareKeyL), n - f],
  ] as const;
  for (const [name, groupKey, keys, threshold] of sharings) {
    if (groupKey === undefined) continue;
    const shareKeys = keys.filter((key) => key !== undefined);
    if (!checkSharing({ groupKey, shareKeys }, threshold).ok) {
      problems.push(`the share keys ${name} do not lie on one polynomial with groupKey${name} (K8)`);
    }
  }
  return problems;
}
