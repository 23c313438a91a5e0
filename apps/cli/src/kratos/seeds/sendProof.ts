import { type Digest, digestOf, type Epoch } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import { decodeHeartbeatAnswer, encodeValidatorProof, type HeartbeatAnswer, signValidatorProof } from "@polis/kratos";
import { exchangeFrame } from "./exchangeFrame.ts";
import type { Seed } from "./parseSeed.ts";

/** Who is who: both keys are Ed25519 seeds, 32 bytes. */
export interface ProofParts {
  readonly genesisHash: Digest;
  readonly epoch: Epoch;
  readonly network: Uint8Array;
  readonly validator: Uint8Array;
}

/**
 * Tells a seed server that this peer belongs to a validator (kratos-core 12.5).
 * @throws Error when the server cannot be reached or answers nonsense
 */
export async function sendProof(
  seed: Seed,
  { genesisHash, epoch, network, validator }: ProofParts,
  signal: AbortSignal,
): Promise<HeartbeatAnswer> {
  const peerId = digestOf(ed25519.publicKey(network));
  const body = encodeValidatorProof(signValidatorProof({ genesisHash, peerId, epoch }, validator));
  const answer = decodeHeartbeatAnswer(await exchangeFrame(seed, body, 30_000, signal));
  if (!answer.ok) throw new Error(answer.fault.detail ?? answer.fault.code);
  return answer.value;
}
