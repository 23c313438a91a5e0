import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, height, view } from "@polis/codec";
import { zeroAddress } from "@polis/kairos";
import fc from "fast-check";
import { LightClientError, type LightStep } from "../errors/lightClientError.ts";
import { multisigValidators, signProof, testHeader, testHeaders, thresholdValidators } from "../testing/signedChain.ts";
import type { FinalityProof } from "./types.ts";
import { createFinalityVerifier } from "./verifyFinality.ts";

const plain = { ...testHeader(7, "11".repeat(32) as Digest).extra };

for (const make of [multisigValidators, thresholdValidators]) {
  const validators = make();
  const name = validators.anchor.scheme;
  const verify = createFinalityVerifier(validators.anchor);
  const headers = testHeaders(7, [{}, {}, {}]);
  const good = signProof(validators, headers);

  const fails = (step: LightStep, proof: FinalityProof, check = verify) =>
    assert.throws(
      () => check(proof),
      (error) => error instanceof LightClientError && error.step === step,
    );

  test(`L3, ${name}: a proof gives its first header as final`, () => {
    const block = verify(good);
    assert.equal(block.height, 7);
    assert.equal(block.certificateView, 19);
    assert.equal(block.header.beneficiary, zeroAddress);
    const direct = verify(signProof(validators, headers.slice(2)));
    assert.equal(direct.height, 9);
    assert.equal(direct.hash.length, 66);
  });

  test(`L3 step 1, ${name}: form, kind, epoch and scheme`, () => {
    fails("certificate", { ...good, certificate: good.certificate.subarray(1) });
    fails("certificate", { ...good, certificate: new Uint8Array(0) });
    fails("certificate", signProof(validators, headers, { kind: "notarization" }));
    const other = make === multisigValidators ? thresholdValidators() : multisigValidators();
    fails("certificate", signProof(other, headers));
    fails("certificate", good, createFinalityVerifier({ ...validators.anchor, epoch: 1 as never }));
  });

  test(`L3 step 2, ${name}: the quorum's signature over the last header`, () => {
    fails("signature", { ...good, headers: headers.slice(0, 2) });
    fails("signature", good, createFinalityVerifier({ ...validators.anchor, genesisHash: "77".repeat(32) as Digest }));
    const wrongView = good.certificate.slice();
    wrongView[17]! ^= 1;
    fails("signature", { ...good, certificate: wrongView });
  });

  test(`L3 step 3, ${name}: the view of the header is that of the certificate`, () => {
    fails("view", signProof(validators, headers, { view: 20 }));
  });

  test(`L3 step 4, ${name}: headers link and no height is left out`, () => {
    fails("headers", signProof(validators, testHeaders(7, [{}, { number: height(9) }])));
    fails("headers", signProof(validators, testHeaders(7, [{}, { parentHash: "22".repeat(32) as Digest }])));
    fails("headers", { ...good, headers: [] });
    fails("headers", { ...good, headers: Array.from({ length: 1025 }, () => headers[2]!) });
    fails("headers", { ...good, headers: [Uint8Array.of(0xc0), headers[2]!] });
    const gap = testHeaders(7, [{}, { extra: { ...plain, view: view(40) } }]);
    assert.equal(verify(signProof(validators, gap)).height, 7, "views may be skipped");
  });

  test(`A-API-6, ${name}: a proof is refused after each change of a single bit`, () => {
    const direct = signProof(validators, headers.slice(2));
    const [header] = direct.headers;
    // The seed of a certificate is no part of L3: it decides nothing that is believed here.
    const seedBytes = validators.anchor.randomness === "seed" ? 96 : 0;
    const covered = direct.certificate.length - seedBytes;
    let refused = 0;
    for (const [bytes, length, proofOf] of [
      [direct.certificate, covered, (certificate: Uint8Array) => ({ ...direct, certificate })],
      [header!, header!.length, (changed: Uint8Array) => ({ ...direct, headers: [changed] })],
    ] as const) {
      for (let bit = 0; bit < length * 8; bit++) {
        const changed = bytes.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        assert.throws(() => verify(proofOf(changed)), LightClientError, `bit ${bit}`);
        refused++;
      }
    }
    assert.equal(refused, 8 * (covered + header!.length));
  });

  test(`L3, ${name}: no changed byte of a longer proof is believed`, () => {
    const places = headers.flatMap((bytes, part) => Array.from(bytes, (_, at) => ({ part, at })));
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.integer({ min: 1, max: 255 }), ({ part, at }, change) => {
        const changed = headers.map((bytes) => bytes.slice());
        changed[part]![at]! ^= change;
        assert.throws(() => verify({ ...good, headers: changed }), LightClientError);
      }),
      { numRuns: 100 },
    );
  });
}

test("L3 step 2: one signer fewer than n - f is no quorum", () => {
  const validators = multisigValidators();
  const verify = createFinalityVerifier(validators.anchor);
  const headers = testHeaders(3, [{}]);
  const three = signProof(validators, headers, { kind: "notarization", signers: [0, 1, 2, 3] });
  const relabelled = three.certificate.slice();
  relabelled[0] = 3;
  assert.throws(() => verify({ ...three, certificate: relabelled }), /signature: CERTIFICATE_QUORUM/);
});
