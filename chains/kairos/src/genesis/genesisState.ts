import type { Address, Digest } from "@polis/codec";
import { usdc18 } from "@polis/codec";
import type { Row } from "@polis/ports";
import { createGenesisState, type GenesisAccount } from "@polis/state";
import { faceAddress, paymentsLogAddress } from "../addresses.ts";
import { blacklistSlot, faceCode, faceSlot } from "../usdc/faceSlots.ts";
import { nativePerUnit, type Supply } from "../usdc/money.ts";
import type { Genesis } from "./types.ts";

/** The world state of height 0: its root, its rows, and what it holds of USDC. */
export interface GenesisState {
  readonly root: Digest;
  readonly rows: readonly Row[];
  readonly supply: Supply;
}

/** Builds the state of the allocation, the predeployed contracts and the face (kairos 5.6, U4, U11, U12). */
export function genesisState(genesis: Genesis): GenesisState {
  const held = [...genesis.alloc, ...genesis.predeploys];
  const minted = held.reduce((sum, account) => sum + account.balance, 0n) / nativePerUnit;
  const accounts: GenesisAccount[] = held.map(({ address, balance, nonce, code, storage }) => ({
    address,
    balance: usdc18(balance),
    nonce,
    storage,
    ...(code === undefined ? {} : { code }),
  }));
  accounts.push(faceAccount(genesis, minted));
  // As the face: calls are dispatched natively, and the code only has to be there.
  accounts.push({ address: paymentsLogAddress, balance: usdc18(0n), nonce: 1n, code: faceCode });
  return { ...createGenesisState(accounts), supply: { minted, burned: 0n } };
}

/** The face: nonce 1, a stub of code, and roles, pause, supply and blacklist in its slots (U11). */
function faceAccount({ usdc }: Genesis, minted: bigint): GenesisAccount {
  const { roles } = usdc;
  const word = (account: Address) => BigInt(`0x${account}`);
  const slots: [Digest, bigint][] = [
    [faceSlot.owner, word(roles.owner)],
    [faceSlot.masterMinter, word(roles.masterMinter)],
    [faceSlot.pauser, word(roles.pauser)],
    [faceSlot.blacklister, word(roles.blacklister)],
    [faceSlot.rescuer, word(roles.rescuer)],
    [faceSlot.paused, usdc.paused ? 1n : 0n],
    [faceSlot.totalMinted, minted],
  ];
  // The face's own address is blacklisted, so that no funds can be lost there (U12).
  for (const account of [faceAddress, ...usdc.blacklisted]) slots.push([blacklistSlot(account), 1n]);
  return { address: faceAddress, balance: usdc18(0n), nonce: 1n, code: faceCode, storage: slots };
}
