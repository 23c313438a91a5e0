import type { Digest, Epoch, Height, ValidatorIndex, View } from "@polis/codec";
import { bitmapOf, type Certificate, quorumsOf } from "@polis/crypto";
import fc from "fast-check";
import type { FetchReply, FetchRequest, Message } from "../seam/messages.ts";
import type { WireContext } from "../wire/types.ts";

const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(model, { noNullPrototype: true }) as fc.Arbitrary<T>;

/** Generators for wire tests: six validators, multisig, no seeds, blocks up to 1,000 bytes. */
export const wireContext: WireContext = {
  shape: { n: 6, scheme: "multisig", randomness: "hash", quorums: quorumsOf(6, 1) },
  voteSigBytes: { notarize: 96, nullify: 96 },
  maxBlockBytes: 1000,
};

const epoch = fc.maxSafeNat() as fc.Arbitrary<Epoch>;
const view = fc.maxSafeNat() as fc.Arbitrary<View>;
const signer = fc.integer({ min: 0, max: 5 }) as fc.Arbitrary<ValidatorIndex>;
const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const digest = bytes(32)
  .filter((value) => value.some((byte) => byte !== 0))
  .map((value) => value.toHex() as Digest);
const block = fc.uint8Array({ minLength: 1, maxLength: 1000 });

/** Well-formed certificates; their signatures are random bytes. */
export const certificates: fc.Arbitrary<Certificate> = record({
  kind: fc.constantFrom("notarization" as const, "nullification" as const, "finalization" as const),
  epoch,
  view,
  digest,
  missing: fc.integer({ min: 0, max: 5 }),
  signature: bytes(96),
}).map(({ kind, missing, signature, ...rest }) => {
  const signers = [0, 1, 2, 3, 4, 5].filter((r) => r !== missing) as ValidatorIndex[];
  return {
    kind,
    scheme: "multisig",
    epoch: rest.epoch,
    view: rest.view,
    digest: kind === "nullification" ? undefined : rest.digest,
    bitmap: bitmapOf(signers, 6),
    signature,
    seed: undefined,
  };
});

/** Every kind of consensus message (kairos 4.4). */
export const messages: fc.Arbitrary<Message> = fc.oneof(
  record({
    kind: fc.constant("propose" as const),
    epoch,
    view,
    proposeSig: bytes(96),
    voteSig: bytes(96),
    proofs: fc.array(certificates, { maxLength: 4 }),
    block,
  }),
  record({ kind: fc.constant("notarize" as const), epoch, view, digest, signer, sig: bytes(96) }),
  record({ kind: fc.constant("nullify" as const), epoch, view, signer, sig: bytes(96) }),
  record({ kind: fc.constant("certificate" as const), certificate: certificates }),
  record({ kind: fc.constant("statusRequest" as const), nonce: bytes(32) }),
  record({
    kind: fc.constant("status" as const),
    epoch,
    view,
    lastFinalizedView: view,
    lastFinalizedDigest: digest,
    nonce: bytes(32),
    signer,
    sig: bytes(96),
    proof: fc.option(certificates, { nil: undefined }),
  }),
);

const kinds = fc.subarray(["notarization", "nullification", "finalization"] as const, { minLength: 1 });

/** Every kind of request (kairos 13.3). */
export const fetchRequests: fc.Arbitrary<FetchRequest> = fc.oneof(
  record({
    kind: fc.constant("blocksByDigest" as const),
    digests: fc.array(digest, { minLength: 1, maxLength: 16 }),
  }),
  record({
    kind: fc.constant("blockRange" as const),
    from: fc.maxSafeNat() as fc.Arbitrary<Height>,
    count: fc.integer({ min: 1, max: 128 }),
    maxBytes: fc.maxSafeNat(),
  }),
  record({
    kind: fc.constant("certificates" as const),
    views: fc.array(view, { minLength: 1, maxLength: 256 }),
    kinds,
  }),
);

/** Every kind of reply (kairos 13.3). */
export const fetchReplies: fc.Arbitrary<FetchReply> = fc.oneof(
  record({
    kind: fc.constant("blocks" as const),
    items: fc.array(record({ block, certificate: fc.option(certificates, { nil: undefined }) }), { maxLength: 5 }),
  }),
  record({ kind: fc.constant("certificates" as const), certificates: fc.array(certificates, { maxLength: 5 }) }),
  fc.constant({ kind: "notFound" as const }),
  fc.constant({ kind: "busy" as const }),
  fc.constant({ kind: "pruned" as const }),
);
