/**
 * Measures the costs of kairos 3.8 on this machine: `node kernel/crypto/src/costs.bench.ts`. Each line is the median of
 * batches, in microseconds for one call.
 */
import type { Digest, Epoch, ValidatorIndex, View } from "@polis/codec";
import * as native from "./native/primitives.ts";
import { createSecp256k1, loadWasm } from "./native/secp256k1.ts";
import * as portable from "./portable/primitives.ts";
import type { Primitives } from "./primitives/types.ts";
import { createMultisigKeys } from "./votes/multisig/createMultisigKeys.ts";
import { createMultisigScheme } from "./votes/multisig/createMultisigScheme.ts";
import { createThresholdKeys } from "./votes/threshold/createThresholdKeys.ts";
import { createThresholdScheme } from "./votes/threshold/createThresholdScheme.ts";
import { dealThreshold } from "./votes/threshold/deal.ts";
import type { CertificateKind, Vote, VoteKeys, VoteScheme } from "./votes/types.ts";

const batches = 15;

/** Median time of one call in microseconds, over batches of about ten milliseconds. */
function median(run: () => unknown): number {
  const once = time(run, 3);
  const calls = Math.max(1, Math.min(5000, Math.floor(10_000 / once)));
  const times = Array.from({ length: batches }, () => time(run, calls)).sort((a, b) => a - b);
  return times[batches >> 1]!;
}

function time(run: () => unknown, calls: number): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) run();
  return Number(process.hrtime.bigint() - start) / 1000 / calls;
}

function report(what: string, run: () => unknown): void {
  const us = median(run);
  console.log(`| ${what} | ${us < 10 ? us.toFixed(2) : us.toFixed(0)} |`);
}

function primitives(name: string, p: Primitives): void {
  const seed = p.sha256(Uint8Array.of(1));
  const message = new Uint8Array(64).fill(7);
  for (const hash of ["keccak256", "blake3", "sha256"] as const)
    report(`${name} ${hash}, 64 B`, () => p[hash](message));
  const publicKey = p.ed25519.publicKey(seed);
  const signature = p.ed25519.sign(message, seed);
  report(`${name} Ed25519 sign`, () => p.ed25519.sign(message, seed));
  report(`${name} Ed25519 verify`, () => p.ed25519.verify(message, signature, publicKey));
  const { proof } = p.vrf.prove(seed, message);
  report(`${name} VRF prove`, () => p.vrf.prove(seed, message));
  report(`${name} VRF verify`, () => p.vrf.verify(publicKey, message, proof));
  const digest = p.keccak256(message);
  const signed = p.secp256k1.sign(digest, seed)!;
  report(`${name} secp256k1 recover`, () => p.secp256k1.recover(digest, signed.signature, signed.recovery));
  report(`${name} BLS sign`, () => p.bls.sign(message, seed));
  const key = p.bls.parsePublicKey(p.bls.publicKey(seed)!)!;
  const bytes = p.bls.sign(message, seed)!;
  report(`${name} BLS parse a signature, subgroup included`, () => p.bls.parseSignature(bytes));
  const parsed = p.bls.parseSignature(bytes)!;
  report(`${name} BLS verify`, () => p.bls.verify(message, key, parsed));
}

const genesisHash = "11".repeat(32) as Digest;
const digest = "22".repeat(32) as Digest;
const epoch = 0 as Epoch;
const view = 1 as View;

function certificates(n: number, f: number): void {
  const secrets = Array.from({ length: n }, (_, i) => native.bls.keygen(new Uint8Array(32).fill(i + 1)));
  const publicKeys = secrets.map((secret) => native.bls.publicKey(secret)!);
  const multisig = () => createMultisigScheme({ f, genesisHash, epoch, publicKeys });
  const keys = secrets.map((secret, i) => createMultisigKeys({ index: i as ValidatorIndex, genesisHash, secret }));
  schemes(`multisig n = ${n}`, multisig, keys, n, f);
  const { m, l } = dealThreshold(n, f, new Uint8Array(32).fill(1));
  const randomness = "hash";
  const threshold = () => createThresholdScheme({ f, genesisHash, epoch, publicKeys, m, l, randomness });
  const shares = secrets.map((secret, i) => {
    const [shareM, shareL] = [m.shares[i]!, l.shares[i]!];
    return createThresholdKeys({ index: i as ValidatorIndex, genesisHash, secret, shareM, shareL, randomness });
  });
  schemes(`threshold n = ${n}`, threshold, shares, n, f);
}

/** Caches would hide the cost, so every call is of a view of its own: the votes are signed beforehand. */
function schemes(name: string, make: () => VoteScheme, keys: readonly VoteKeys[], n: number, f: number): void {
  const scheme = make();
  const rounds = 60;
  const quorums: readonly (readonly [CertificateKind, number])[] = [
    ["notarization", 2 * f + 1],
    ["finalization", n - f],
  ];
  for (const [kind, quorum] of quorums) {
    const sets = Array.from({ length: rounds }, (_, round) =>
      keys.slice(0, quorum).map((k): Vote => {
        const at = (view + round) as View;
        return { kind: "notarize", epoch, view: at, digest, signer: k.index, sig: k.signNotarize(epoch, at, digest) };
      }),
    );
    const assembling: number[] = [];
    const verifying: number[] = [];
    const receiver = make();
    for (const votes of sets) {
      const start = process.hrtime.bigint();
      const assembled = scheme.assemble(kind, votes);
      const middle = process.hrtime.bigint();
      if (!assembled.ok || !receiver.verifyCertificate(assembled.certificate))
        throw new Error("the benchmark is wrong");
      assembling.push(Number(middle - start) / 1000);
      verifying.push(Number(process.hrtime.bigint() - middle) / 1000);
    }
    const middleOf = (times: number[]) => times.sort((a, b) => a - b)[rounds >> 1]!.toFixed(0);
    console.log(`| ${name}: assemble a ${kind} from ${quorum} votes | ${middleOf(assembling)} |`);
    console.log(`| ${name}: verify a ${kind} | ${middleOf(verifying)} |`);
  }
}

console.log("| Operation | µs |\n|---|---|");
primitives("native", native);
const wasm = createSecp256k1(await loadWasm());
const signed = wasm.sign(new Uint8Array(32).fill(7), new Uint8Array(32).fill(1))!;
report("WebAssembly secp256k1 recover", () =>
  wasm.recover(new Uint8Array(32).fill(7), signed.signature, signed.recovery),
);
primitives("portable", portable);
const p256Key = new Uint8Array(32).fill(1);
const p256Signature = native.p256.sign(new Uint8Array(32), p256Key)!;
const p256Public = native.p256.publicKey(p256Key)!;
report("P-256 verify", () => native.p256.verify(new Uint8Array(32), p256Signature, p256Public));
certificates(6, 1);
certificates(50, 9);
