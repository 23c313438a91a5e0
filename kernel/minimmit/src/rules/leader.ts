import { asciiBytes, type ValidatorIndex, type View, Writer } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { BlockInfo } from "@polis/ports";
import type { ReplicaState } from "../state.ts";

const tag = asciiBytes("KAIROS_LEADER_V1");

/**
 * R5: the leader of `view`. Round-robin: view mod n. Random: from seed(view-1), so undefined while that seed is unknown.
 * @param prevSeed a verified seed(view-1) from elsewhere, used when none is held.
 */
export function leaderOf(s: ReplicaState, view: View, prevSeed?: Uint8Array): ValidatorIndex | undefined {
  if (s.config.leaderMode === "round-robin") return (view % s.quorum.n) as ValidatorIndex;
  const seed = seedOf(s, (view - 1) as View) ?? prevSeed;
  return seed === undefined ? undefined : leaderFromSeed(seed, view, s.quorum.n);
}

/** R5: u64 from the first 8 bytes of keccak(tag ‖ seed ‖ view), mod n. The tag has its one-byte length prefix (K1). */
export function leaderFromSeed(seed: Uint8Array, view: View, n: number): ValidatorIndex {
  const input = new Writer(1 + tag.length + seed.length + 8).u8(tag.length).bytes(tag).bytes(seed).u64(view).finish();
  let rest = 0;
  for (const byte of keccak256(input).subarray(0, 8)) rest = (rest * 256 + byte) % n;
  return rest as ValidatorIndex;
}

/** K18: seed(view) when a certificate of that view carried it; seed(0) is the genesis hash repeated to 96 bytes. */
export function seedOf(s: ReplicaState, view: View): Uint8Array | undefined {
  if (s.config.randomness !== "seed") return undefined;
  if (view === 0) return Uint8Array.fromHex(s.config.genesis.digest.repeat(3));
  return s.views.get(view)?.seed;
}

/** The leader a block claims to come from: by its own previous seed where leaders are random (kairos 5.2). */
export function leaderOfBlock(s: ReplicaState, info: BlockInfo): ValidatorIndex | undefined {
  return leaderOf(s, info.view, info.prevSeed);
}
