import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest } from "@polis/codec";
import { ethereumAddress, secp256k1 } from "@polis/crypto";
import fc from "fast-check";
import { faceAddress } from "../addresses.ts";
import { signEthereumTransaction } from "../ethereum/signEthereum.ts";
import { testGenesis } from "../testing/genesisFixture.ts";
import { createTestNode, type TestNode } from "../testing/testNode.ts";
import { kairosApi } from "./kairosApi.ts";
import type { SubscribeMethod } from "./method.ts";
import type { ParamSpec } from "./paramSpec.ts";
import { kairosSubscriptions } from "./subscriptions.ts";

const secret = new Uint8Array(32).fill(5);
const alice = ethereumAddress(secp256k1.publicKey(secret)!);
const genesis = testGenesis({ funded: [alice] });

/** Hashes and addresses that mean something, among random ones. */
interface Known {
  readonly hashes: readonly string[];
  readonly addresses: readonly string[];
}

const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => value.toHex());
const tags = fc.constantFrom("latest", "safe", "finalized", "pending", "earliest");

/** Any decoded value that a server may pass for a parameter. */
function anyValue(spec: ParamSpec, known: Known): fc.Arbitrary<unknown> {
  const value = givenValue(spec, known);
  return spec.optional === true ? fc.option(value, { nil: undefined }) : value;
}

function givenValue(spec: ParamSpec, known: Known): fc.Arbitrary<unknown> {
  switch (spec.type) {
    case "quantity":
    case "number": {
      const most = (1n << BigInt(spec.maxBits ?? 256)) - 1n;
      const small = most < 10n ? most : 10n;
      return fc.oneof(fc.bigInt(0n, small), fc.bigInt(0n, most), fc.constant(most));
    }
    case "data":
      return fc.uint8Array({ maxLength: Math.min(spec.maxBytes, 64) });
    case "address":
      return fc.oneof(fc.constantFrom(...known.addresses), hex(20));
    case "hash":
      return fc.oneof(fc.constantFrom(...known.hashes), hex(32));
    case "block":
      return fc.oneof(
        tags.map((tag) => ({ kind: "tag", tag })),
        fc.nat(4).map((height) => ({ kind: "number", height })),
        fc.constantFrom(0, Number.MAX_SAFE_INTEGER).map((height) => ({ kind: "number", height })),
        ...(spec.hashes === false ? [] : [fc.constantFrom(...known.hashes).map((hash) => ({ kind: "hash", hash }))]),
      );
    case "boolean":
      return fc.boolean();
    case "text":
      return spec.oneOf === undefined ? fc.string({ maxLength: spec.maxLength }) : fc.constantFrom(...spec.oneOf);
    case "object":
      return fc.record(Object.fromEntries(spec.fields.map((field) => [field.name, anyValue(field, known)])));
    case "list":
      return fc.array(anyValue(spec.of, known), { maxLength: Math.min(spec.max, 3) });
    case "map": {
      const key = spec.key === "address" ? fc.constantFrom(...known.addresses) : hex(32);
      return fc.array(fc.tuple(key, anyValue(spec.of, known)), { maxLength: 2 }).map((pairs) => new Map(pairs));
    }
    case "union":
      return fc.oneof(...spec.of.map((member) => anyValue(member, known)));
    case "json":
      return fc.jsonValue({ maxDepth: 2 });
  }
}

async function scene(): Promise<{ node: TestNode; known: Known }> {
  const node = createTestNode(genesis, { limits: { callGasCap: 200_000n, maxFilters: 5 } });
  const hashes: string[] = [node.ledger.head().digest];
  const maxFeePerGas = 2n * genesis.params.fees.floor;
  for (let nonce = 0n; nonce < 3n; nonce++) {
    const draft = { type: 2, chainId: genesis.params.chainId, nonce, gas: 60_000n, maxFeePerGas } as const;
    hashes.push(
      await node.send(signEthereumTransaction({ ...draft, to: faceAddress, data: new Uint8Array(4) }, secret)),
    );
    if (nonce < 2n) hashes.push(await node.mine());
  }
  hashes.push(node.build());
  return { node, known: { hashes, addresses: [alice, faceAddress, "00".repeat(19).concat("04")] } };
}

/** Codes of kairos J6 and J4, and those of eth_simulateV1. */
const isKnownCode = (code: number) =>
  [3, 4, 5, -32_000, -32_001, -32_002, -32_003, -32_005, -32_601, -32_602].includes(code) ||
  (code <= -38_000 && code > -39_000);

test("any arguments that a server lets through get a result or a known error, and JSON can write it", async () => {
  const { node, known } = await scene();
  for (const [name, { params, handle }] of Object.entries(kairosApi)) {
    // It waits for what this test never does.
    if (name === "eth_sendRawTransactionSync") continue;
    const args = fc.tuple(...params.map((spec) => anyValue(spec, known)));
    await fc.assert(
      fc.asyncProperty(args, async (values) => {
        const answer = await handle(node.backend, values);
        if (answer.ok) assert.equal(typeof JSON.stringify(answer.value), "string", name);
        else assert.ok(isKnownCode(answer.error.code), `${name}: ${JSON.stringify(answer.error)}`);
      }),
      { numRuns: params.length === 0 ? 1 : 30 },
    );
  }
});

test("any options of a subscription open it or are refused; every event can be heard", async () => {
  const { node, known } = await scene();
  for (const name of ["eth_subscribe", "kairos_subscribe"]) {
    const { params, open } = kairosSubscriptions[name] as SubscribeMethod;
    const args = fc.tuple(...params.map((spec) => anyValue(spec, known)));
    fc.assert(
      fc.property(args, (values) => {
        const heard: string[] = [];
        const opened = open(node.backend, values, (value) => heard.push(JSON.stringify(value)));
        if (!opened.ok) {
          assert.ok(isKnownCode(opened.error.code));
          return;
        }
        const digest = node.ledger.head().digest as Digest;
        const at = { epoch: 0, view: 1, seenMs: 1, certificate: undefined };
        node.events.publish({ what: "final", digest, height: node.ledger.head().header.number });
        node.events.publish({ what: "pooled", hash: known.hashes[1] as Digest });
        node.events.publish({ what: "nullified", ...at });
        node.events.publish({ what: "notarized", digest, height: undefined, ...at });
        node.events.publish({ what: "skipped", digest });
        node.events.publish({ what: "evidence", evidence: {}, ...at });
        opened.value();
      }),
      { numRuns: 60 },
    );
  }
});
