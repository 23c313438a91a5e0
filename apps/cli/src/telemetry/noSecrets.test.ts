import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ValidatorIdentity } from "../library/validatorIdentity.ts";
import { createNodeLogger } from "../run/nodeLogger.ts";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";

/** How a secret could stand in a text. */
function spellings(secret: Uint8Array): readonly string[] {
  const base64 = secret.toBase64();
  return [secret.toHex(), base64.replace(/=+$/, ""), secret.toBase64({ alphabet: "base64url", omitPadding: true })];
}

test("at trace level no log holds a key or a whole transaction (O4, Z32)", { timeout: 60_000 }, async (t) => {
  const file = (index: number) => `${net.dir}/node${index}.log`;
  const net = await TestNetwork.generate(2, {
    f: 0,
    settings: { consensus: { n: 2, f: 0, empty_block_interval: "20ms", view_timeout: "1s" }, rpc: { enabled: true } },
  });
  t.after(() => net.close());
  const logging = { level: "trace", format: "json", maxSizeMb: 100, maxFiles: 5 } as const;
  const loggers = net.made.nodes.map(({ index }) =>
    createNodeLogger({ logging: { ...logging, file: file(index) } }, () => undefined),
  );
  await Promise.all(loggers.map((logger, index) => net.start([index], {}, logger)));
  const paid = net.payers.slice(0, 4).map((payer) => payer.pay(net.payers[5]!.address));
  const bad = `${paid[0]!.raw.slice(0, -2)}00`;
  await net.call(0, "eth_sendRawTransaction", bad).catch(() => undefined);
  for (const { raw } of paid) await net.call(0, "eth_sendRawTransaction", raw);
  const receipt = (hash: string) => net.call(1, "eth_getTransactionReceipt", hash);
  await waitUntil("all receipts", 15_000, async () =>
    (await Promise.all(paid.map(({ hash }) => receipt(hash)))).every((found) => found !== null),
  );
  const text = net.made.nodes.map(({ index }) => readFileSync(file(index), "utf8")).join("");
  assert.ok(text.includes('"level":"trace"') && text.includes('"module":"consensus"'), "the logs are at trace level");
  const keys = net.made.nodes.flatMap(({ index }) => {
    const { bls, ed25519 } = ValidatorIdentity.load(net.config(index).identity);
    return [bls.secret, ed25519.secret];
  });
  const accounts = net.made.accounts.map(({ secret }) => Uint8Array.fromHex(secret));
  for (const spelled of [...keys, ...accounts].flatMap(spellings)) assert.ok(!text.includes(spelled));
  for (const raw of [bad, ...paid.map((payment) => payment.raw)]) {
    const bytes = Uint8Array.fromHex(raw.slice(2));
    // Hashes may be written, transactions not: any long part of one would do.
    for (let at = 0; at + 48 <= bytes.length; at += 24) {
      for (const part of spellings(bytes.subarray(at, at + 48))) assert.ok(!text.includes(part.slice(2, -2)));
    }
  }
});
