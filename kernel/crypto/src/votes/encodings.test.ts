import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Digest, Epoch, ValidatorIndex, View } from "@polis/codec";
import { bls } from "../native/primitives.ts";
import { bitmapOf } from "./bitmap.ts";
import { encodeCertificate } from "./certificate.ts";
import { createMultisigKeys } from "./multisig/createMultisigKeys.ts";
import { createMultisigScheme } from "./multisig/createMultisigScheme.ts";
import {
  encodeBindingPayload,
  encodeNotarizePayload,
  encodeNullifyPayload,
  encodeProposePayload,
  encodeSeedPayload,
  encodeStatusPayload,
} from "./payloads.ts";
import { createThresholdKeys } from "./threshold/createThresholdKeys.ts";
import { createThresholdScheme } from "./threshold/createThresholdScheme.ts";
import { dealThreshold } from "./threshold/deal.ts";
import type { Vote, VoteKeys, VoteScheme } from "./types.ts";

/** Frozen: a change of any encoding or signature changes an entry. */
const frozen = JSON.parse(readFileSync(new URL("encodings.vectors.json", import.meta.url), "utf8"));

/** 32 bytes that depend on nothing but their name, so that no library can change the vectors. */
const bytesOf = (name: string) => Uint8Array.from(createHash("sha256").update(name).digest());
const digestOf = (name: string) => bytesOf(name).toHex() as Digest;
const numberOf = (name: string) => Number(`0x${digestOf(name).slice(0, 13)}`);

/** The hash of a thousand encodings, each with its length in front. */
function hashOf(encode: (name: string) => Uint8Array): { first: string; sha256: string } {
  const hash = createHash("sha256");
  for (let i = 0; i < 1000; i++) {
    const encoded = encode(String(i));
    hash.update(`${encoded.length}:`).update(encoded);
  }
  return { first: encode("0").toHex(), sha256: hash.digest("hex") };
}

const kinds = ["notarization", "nullification", "finalization"] as const;

function certificateOf(name: string): Uint8Array {
  const at = numberOf(name);
  const n = 1 + (at % 120);
  const kind = kinds[at % 3]!;
  const scheme = at % 5 === 0 ? "threshold" : "multisig";
  const signers = Array.from({ length: n }, (_, i) => i as ValidatorIndex).filter(
    (i) => numberOf(`${name}.${i}`) % 2 === 0,
  );
  const signature = new Uint8Array(96).map((_, i) => bytesOf(name)[i % 32]!);
  return encodeCertificate(
    {
      kind,
      scheme,
      epoch: numberOf(`epoch ${name}`) as Epoch,
      view: at as View,
      digest: kind === "nullification" ? undefined : digestOf(name),
      bitmap: scheme === "multisig" ? bitmapOf(signers, n) : new Uint8Array(0),
      signature,
      seed: at % 10 === 0 ? signature.slice().reverse() : undefined,
    },
    n,
  );
}

const payloads: Readonly<Record<string, (name: string) => Uint8Array>> = {
  propose: (name) =>
    encodeProposePayload(digestOf(`g${name}`), {
      ...claimOf(name),
      parentView: 1 as View,
      parentDigest: digestOf("p"),
    }),
  notarize: (name) =>
    encodeNotarizePayload(digestOf(`g${name}`), claimOf(name).epoch, claimOf(name).view, digestOf(name)),
  nullify: (name) => encodeNullifyPayload(digestOf(`g${name}`), claimOf(name).epoch, claimOf(name).view),
  seed: (name) => encodeSeedPayload(digestOf(`g${name}`), claimOf(name).epoch, claimOf(name).view),
  status: (name) =>
    encodeStatusPayload(digestOf(`g${name}`), {
      ...claimOf(name),
      lastFinalizedView: 3 as View,
      lastFinalizedDigest: digestOf("f"),
      nonce: bytesOf(name),
    }),
  binding: (name) => encodeBindingPayload(numberOf(name), bytesOf(name)),
};

function claimOf(name: string): { epoch: Epoch; view: View; digest: Digest } {
  return { epoch: numberOf(`e${name}`) as Epoch, view: numberOf(`v${name}`) as View, digest: digestOf(name) };
}

test("a thousand certificates encode as they were frozen", () => {
  assert.deepEqual(hashOf(certificateOf), frozen.certificate);
});

for (const [name, encode] of Object.entries(payloads)) {
  test(`a thousand ${name} payloads encode as they were frozen`, () => {
    assert.deepEqual(hashOf(encode), frozen[name]);
  });
}

const epoch = 0 as Epoch;
const view = 9 as View;
const genesisHash = digestOf("genesis");
const secrets = Array.from({ length: 6 }, (_, i) => bls.keygen(bytesOf(`key ${i}`)));
const publicKeys = secrets.map((secret) => bls.publicKey(secret)!);

function certify(scheme: VoteScheme, keys: readonly VoteKeys[]): Record<string, string> {
  const digest = digestOf("block");
  const notarize = (k: VoteKeys): Vote => {
    return { kind: "notarize", epoch, view, digest, signer: k.index, sig: k.signNotarize(epoch, view, digest) };
  };
  const nullify = (k: VoteKeys): Vote => ({
    kind: "nullify",
    epoch,
    view,
    signer: k.index,
    sig: k.signNullify(epoch, view),
  });
  const out: Record<string, string> = {};
  for (const kind of kinds) {
    const voters = kind === "finalization" ? keys.slice(1) : keys.slice(0, 3);
    const assembled = scheme.assemble(kind, voters.map(kind === "nullification" ? nullify : notarize));
    assert.ok(assembled.ok);
    out[kind] = encodeCertificate(assembled.certificate, 6).toHex();
  }
  return out;
}

test("real certificates of the multisig scheme are as they were frozen", () => {
  const scheme = createMultisigScheme({ f: 1, genesisHash, epoch, publicKeys });
  const keys = secrets.map((secret, i) => createMultisigKeys({ index: i as ValidatorIndex, genesisHash, secret }));
  assert.deepEqual(certify(scheme, keys), frozen.multisig);
});

test("real certificates of the threshold scheme with seeds are as they were frozen", () => {
  const { m, l } = dealThreshold(6, 1, bytesOf("dealer"));
  const randomness = "seed";
  const scheme = createThresholdScheme({ f: 1, genesisHash, epoch, publicKeys, m, l, randomness });
  const keys = secrets.map((secret, i) => {
    const [shareM, shareL] = [m.shares[i]!, l.shares[i]!];
    return createThresholdKeys({ index: i as ValidatorIndex, genesisHash, secret, shareM, shareL, randomness });
  });
  assert.deepEqual(certify(scheme, keys), frozen.threshold);
});
