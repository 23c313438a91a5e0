import type { Address, Digest } from "@polis/codec";
import { digestOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { RecentCache } from "@polis/state";

/** Simple slots of the face's storage (kairos U11). */
export const faceSlot = {
  owner: slotOf(0),
  masterMinter: slotOf(1),
  pauser: slotOf(2),
  blacklister: slotOf(3),
  rescuer: slotOf(4),
  paused: slotOf(5),
  /** 10^-6 USDC. */
  totalMinted: slotOf(6),
  totalBurned: slotOf(7),
} as const;

/** Base slots of the face's mappings (kairos U11), laid out as Solidity does. */
export const faceMapping = {
  allowance: 16,
  isMinter: 17,
  minterAllowance: 18,
  blacklisted: 19,
  permitNonces: 20,
  authorizationState: 21,
} as const;

/** Code of the face: PUSH1 0, PUSH1 0, REVERT. Calls are dispatched natively; the code only has to be there (U11). */
export const faceCode = Uint8Array.of(0x60, 0x00, 0x60, 0x00, 0xfd);

/** The slot of `mapping[account]`: keccak(account padded to 32, base padded to 32). */
export function mappingSlot(account: Address, base: number): Digest {
  const preimage = new Uint8Array(64);
  preimage.subarray(12).setFromHex(account);
  preimage[63] = base;
  return digestOf(keccak256(preimage));
}

/** The slot of `mapping[first][second]`: keccak(second padded to 32, slot of `mapping[first]`). */
export function nestedSlot(first: Address, second: Address | Digest, base: number): Digest {
  const preimage = new Uint8Array(64);
  preimage.subarray(second.length === 40 ? 12 : 0).setFromHex(second);
  preimage.subarray(32).setFromHex(mappingSlot(first, base));
  return digestOf(keccak256(preimage));
}

const blacklistSlots = new RecentCache<Address, Digest>(32_768);

/** The slot of `blacklisted[account]`. Remembered, because every movement of value looks at two of them (U12). */
export function blacklistSlot(account: Address): Digest {
  const known = blacklistSlots.get(account);
  if (known !== undefined) return known;
  const slot = mappingSlot(account, faceMapping.blacklisted);
  blacklistSlots.set(account, slot);
  return slot;
}

function slotOf(index: number): Digest {
  return index.toString(16).padStart(64, "0") as Digest;
}
