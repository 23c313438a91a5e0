import assert from "node:assert/strict";
import { test } from "node:test";
import { digest } from "@polis/codec";
import { decodeCertificate } from "@polis/crypto";
import { parseGenesis } from "@polis/kairos";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { createVoting } from "./voting.ts";

test("six validators with dealt threshold shares make payments final with one group signature (K13, K15)", {
  timeout: 60_000,
}, async (t) => {
  const net = await TestNetwork.generate(6, { scheme: "threshold" });
  t.after(() => net.close());
  await net.start();
  const { raw, hash } = net.payers[0]!.pay(net.payers[1]!.address);
  await net.call(0, "eth_sendRawTransaction", raw);
  let number: string | undefined;
  await waitUntil("a receipt", 15_000, async () => {
    number = ((await net.call(4, "eth_getTransactionReceipt", hash)) as { blockNumber: string } | null)?.blockNumber;
    return number !== undefined;
  });
  const genesis = parseGenesis(net.genesisText());
  const { scheme, shape } = createVoting(genesis, digest(net.made.genesisHash.slice(2)), undefined);
  const proof = (await net.call(2, "kairos_getFinalityCertificate", number)) as { certificate: { raw: string } };
  const certificate = decodeCertificate(Uint8Array.fromHex(proof.certificate.raw.slice(2)), shape);
  assert.ok(certificate.ok);
  assert.equal(certificate.value.bitmap.length, 0);
  assert.equal(scheme.verifyCertificate(certificate.value), true);
  assert.deepEqual(net.failures, []);
});
