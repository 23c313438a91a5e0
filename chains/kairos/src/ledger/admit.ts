import { type Address, type Digest, digestOf, type Fault, type Millis, ok, type Result } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { Mempool } from "@polis/mempool";
import { refuse } from "../errors.ts";
import { decodeTransaction, handlerOf, verifyTransaction } from "../transaction/decodeTransaction.ts";
import { gasCapAt } from "../transaction/gasCap.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { type FaceRules, faceRules } from "../usdc/faceRules.ts";
import type { ChainCore } from "./chainCore.ts";

/** What an admitted transaction became. */
export interface Admitted {
  readonly hash: Digest;
  readonly place: "pending" | "queued";
}

/**
 * Admits an envelope in the order of M1: size, decoding, chain id, known hash, type, blacklist, signature, then what the
 * pool checks. Atomic: ok means that the transaction is in the pool.
 * @param now monotonic milliseconds
 * @param timeS Unix seconds
 * @param sender the sender that a signature worker has proved for these very bytes; undefined to verify here
 */
export function admit(
  core: ChainCore,
  pool: Mempool,
  now: Millis,
  timeS: number,
  envelope: Uint8Array,
  sender: Address | undefined,
): Result<Admitted, Fault> {
  const { params } = core;
  if (envelope.length > params.tx.maxBytes) return refuse("LIMIT_EXCEEDED", `${envelope.length} bytes`);
  const hash = digestOf(keccak256(envelope));
  if (pool.has(hash)) return refuse("ALREADY_KNOWN");
  const verified = verifiedOf(core, envelope, hash, sender);
  if (!verified.ok) return verified;
  const { transaction } = verified.value;
  const gasCap = gasCapAt(params, timeS);
  if (transaction.gas > gasCap) return refuse("LIMIT_EXCEEDED", `gas ${transaction.gas} above ${gasCap}`);
  const added = pool.add(now, timeS, handlerOf(transaction).poolEntry(verified.value));
  return added.ok ? ok({ hash, place: added.value }) : added;
}

function verifiedOf(
  core: ChainCore,
  envelope: Uint8Array,
  hash: Digest,
  sender: Address | undefined,
): Result<VerifiedTransaction, Fault> {
  const tip = core.states.at(core.final.info.digest)!;
  const face = faceRules(tip, tip, core.faceCache);
  const known = core.verified.find(envelope);
  if (known !== undefined) return allowed(face, known) ?? ok(known);
  const decoded = decodeTransaction(core.verified.own(envelope), core.params, hash);
  if (!decoded.ok) return decoded;
  for (const party of handlerOf(decoded.value).parties(decoded.value)) {
    if (face.isBlacklisted(party)) return refuse("BLACKLISTED", `0x${party}`);
  }
  const verified = sender === undefined ? verifyTransaction(decoded.value) : ok({ transaction: decoded.value, sender });
  if (!verified.ok) return verified;
  // A recovered sender is known only now.
  if (face.isBlacklisted(verified.value.sender)) return refuse("BLACKLISTED", "sender");
  core.verified.put(verified.value);
  return verified;
}

/** U12 for a transaction that was verified earlier, when the blacklist may have been another. */
function allowed(face: FaceRules, verified: VerifiedTransaction): Result<never, Fault> | undefined {
  const { transaction, sender } = verified;
  const parties = [sender, ...handlerOf(transaction).parties(transaction)];
  return parties.some((party) => face.isBlacklisted(party)) ? refuse("BLACKLISTED") : undefined;
}
