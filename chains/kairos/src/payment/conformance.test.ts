import assert from "node:assert/strict";
import { test } from "node:test";
import { address, concatBytes, height, view } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { encodeBlock } from "../block/envelope.ts";
import { genesisBlock } from "../genesis/genesisBlock.ts";
import { addToBloom } from "../receipt/bloom.ts";
import { encodeReceipt } from "../receipt/encodeReceipt.ts";
import { paymentMemoLog, transferLog } from "../receipt/log.ts";
import { testGenesis } from "../testing/genesisFixture.ts";
import { encodePayment } from "./encodePayment.ts";
import type { PaymentSignature } from "./types.ts";

/** Numbers and bytes that follow from an index alone. */
const bytesOf = (index: number, length: number) => {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += 32)
    out.set(keccak256(Uint8Array.of(index >> 8, index, at)).subarray(0, length - at), at);
  return out;
};
const numberOf = (index: number, size: number) => BigInt(`0x0${bytesOf(index, size).toHex()}`);
const accountOf = (index: number) => address(bytesOf(index, 20).toHex());

function signature(index: number): PaymentSignature {
  const kind = (index % 3) as 0 | 1 | 2;
  const [keyBytes, signatureBytes] = kind === 0 ? [0, 65] : kind === 1 ? [32, 64] : [64, 64];
  return { kind, publicKey: bytesOf(index, keyBytes), signature: bytesOf(index + 1, signatureBytes) };
}

/** One hash over many encodings: a change of the wire form changes it, and is then made on purpose. */
function digestOfAll(encode: (index: number) => Uint8Array): string {
  let digest = new Uint8Array(32);
  for (let index = 0; index < 1_000; index++) digest = keccak256(concatBytes(digest, encode(index))) as typeof digest;
  return digest.toHex();
}

test("1,000 payment envelopes keep their bytes", () => {
  const digest = digestOfAll((index) => {
    const sponsored = index % 4 === 0;
    const fields = {
      chainId: numberOf(index, 1 + (index % 6)),
      nonce: numberOf(index + 1, index % 8),
      maxFee: numberOf(index + 2, 1 + (index % 16)),
      maxTip: numberOf(index + 3, index % 8),
      validAfter: numberOf(index + 4, index % 5),
      validBefore: numberOf(index + 5, index % 5),
      payments: Array.from({ length: 1 + (index % 5) }, (_, i) => ({
        to: accountOf(index + i),
        amount: numberOf(index + i, 1 + (i % 16)),
        memo: bytesOf(i, (index * i) % 257),
      })),
      feePayer: sponsored ? accountOf(index) : undefined,
    };
    return encodePayment(fields, signature(index), sponsored ? signature(index + 1) : undefined);
  });
  assert.equal(digest, "aecfd816b9579c877cae02af82f668bc392ad0f49abfc26756593aa3eb469996");
});

test("1,000 block envelopes keep their bytes", () => {
  const { header } = genesisBlock(testGenesis({ fields: { predeploys: {} } }));
  const digest = digestOfAll((index) => {
    const changed = {
      ...header,
      number: height(index * 977),
      timestampS: index * 1_000_003,
      gasUsed: numberOf(index, index % 8),
      extra: { ...header.extra, view: view(index * 31), millisecond: index },
    };
    const envelopes = Array.from({ length: index % 4 }, (_, i) => bytesOf(index + i, 1 + ((index * 7) % 300)));
    return encodeBlock(changed, envelopes, index % 2 === 0 ? undefined : bytesOf(index, 96)).block;
  });
  assert.equal(digest, "25efb7715aee275324ea424ba66bf592670b180d7869dff5f5f262d38a8016d1");
});

test("1,000 receipts keep their bytes", () => {
  const digest = digestOfAll((index) => {
    const logs = Array.from({ length: index % 4 }, (_, i) =>
      i % 2 === 0
        ? transferLog(accountOf(index), accountOf(index + i), numberOf(i, 1 + (index % 16)))
        : paymentMemoLog(accountOf(index), accountOf(index + i), bytesOf(index, 1 + (index % 256))),
    );
    const logsBloom = new Uint8Array(256);
    addToBloom(logs, logsBloom);
    const status = index % 2 === 0 ? 1 : 0;
    return encodeReceipt({ type: 0x4b, status, cumulativeGasUsed: BigInt(index * 21_000), logsBloom, logs });
  });
  assert.equal(digest, "358c3188ce00e7a7ad275506e514a74cc351c3d5c0eae4287b0e7f8cd4b7ff51");
});
