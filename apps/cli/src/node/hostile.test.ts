import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Digest, digest, type Epoch, type ValidatorIndex, type View, validatorIndex } from "@polis/codec";
import { createMultisigKeys, type VoteKeys } from "@polis/crypto";
import { encodeMessage, type Message } from "@polis/minimmit";
import type { Hello } from "@polis/net";
import { ValidatorIdentity } from "../library/validatorIdentity.ts";
import { TestNetwork } from "../testing/network.ts";
import { RawPeer } from "../testing/rawPeer.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { encodeTxBatch } from "./gossip/wire.ts";
import { PROTOCOL_VERSION } from "./network.ts";

const BLOCK = "ab".repeat(32) as Digest;
const EPOCH = 0 as Epoch;

/** Five validators need each other for every block; the sixth has a true key and bad intentions. */
describe("a network beside a hostile validator and hostile clients", { timeout: 90_000 }, () => {
  let net: TestNetwork;
  let secretKey: Uint8Array;
  let keys: VoteKeys;
  /** Each case has a victim of its own, because a throttled validator's frames are dropped unread (N8). */
  let target = 0;

  before(async () => {
    net = await TestNetwork.generate(6);
    await net.start([0, 1, 2, 3, 4]);
    const identity = ValidatorIdentity.load(net.config(5).identity);
    secretKey = identity.ed25519.secret;
    keys = createMultisigKeys({ index: validatorIndex(5), genesisHash: hash(), secret: identity.bls.secret });
    await net.reaches(3);
  });
  after(() => net.close());

  const hash = () => digest(net.made.genesisHash.slice(2));
  const hello = (changes: Partial<Hello> = {}): Hello => ({
    protocolVersion: PROTOCOL_VERSION,
    chainId: net.made.chainId,
    genesisHash: hash(),
    role: 1,
    epoch: 0,
    lastFinalized: { height: 0, view: 0, hash: hash() },
    capabilities: 0,
    clientVersion: "hostile",
    listenAddresses: [],
    clusterId: "kairos",
    ...changes,
  });
  const open = (channel: "consensus" | "bulk") => new RawPeer(net.ports.p2p + target, secretKey, channel);
  const penalty = (reason: string) => net.metrics(target).value("p2p_penalties_total", { reason }) ?? 0;
  const viewNow = () => net.node(target).kairos!.numbers().view as View;
  const lives = async () => {
    await net.reaches(net.height(target) + 2);
    assert.deepEqual(net.failures, []);
    assert.deepEqual(net.evidence, []);
  };
  const notarize = (view: number, signer = 5, epoch: Epoch = EPOCH, by: VoteKeys = keys): Message => ({
    kind: "notarize",
    epoch,
    view: view as View,
    digest: BLOCK,
    signer: signer as ValidatorIndex,
    sig: by.signNotarize(epoch, view as View, BLOCK),
  });

  test("hellos of another network, version or cluster are refused", async () => {
    const wrong: readonly Partial<Hello>[] = [
      { genesisHash: "00".repeat(32) },
      { chainId: 1 },
      { protocolVersion: 0x0200 },
      { clusterId: "other" },
    ];
    for (const changes of wrong) await open("consensus").hello(hello(changes)).ended;
    await lives();
  });

  test("frames that lie about length, order or type end the link, and the node serves on", async () => {
    target = 1;
    const acts: readonly ((peer: RawPeer) => unknown)[] = [
      (peer) => peer.frame(0x02, new Uint8Array(0), { length: 0xffffffff }),
      (peer) => peer.frame(0x02, new Uint8Array(513)),
      (peer) => peer.frame(0x02, new Uint8Array(10), { seq: 1 }),
      (peer) => peer.frame(0x02, new Uint8Array(10), { seq: 9 }),
      (peer) => peer.frame(0x77, new Uint8Array(10)),
      (peer) => peer.frame(0x12, new Uint8Array(10)),
    ];
    for (const act of acts) {
      const peer = open("consensus").hello(hello());
      act(peer);
      await peer.ended;
    }
    await lives();
  });

  test("malformed bodies of every type cost points and nothing else (N8)", async () => {
    target = 2;
    const bulk = open("bulk").hello(hello());
    bulk.frame(0x12, encodeTxBatch(0, [new Uint8Array(300), Uint8Array.of(0x4b, 0xc0)]));
    bulk.frame(0x12, encodeTxBatch(77, [Uint8Array.of(0x4b, 0xc0)]));
    for (const type of [0x10, 0x11, 0x12, 0x20, 0x21, 0x22, 0x23, 0x24]) bulk.frame(type, Uint8Array.of(0xff, 0x80));
    await waitUntil("a throttled validator", 5_000, () => net.metrics(target).value("p2p_throttled_total") === 1);
    assert.equal(penalty("UNSOLICITED_REPLY"), 10);
    target = 3;
    const consensus = open("consensus").hello(hello());
    for (const type of [0x01, 0x02, 0x03, 0x04, 0x05, 0x06]) consensus.frame(type, Uint8Array.of(1, 2, 3));
    await waitUntil("a throttled validator", 5_000, () => net.metrics(target).value("p2p_throttled_total") === 1);
    // Twenty points each, less what has decayed meanwhile: the fifth or the sixth one reaches a hundred.
    net.metrics(target).render();
    assert.ok(net.metrics(target).value("p2p_peer_score", { role: "validator", peer: "5" })! > 50);
    const malformed = (penalty("BYTES_TRUNCATED") + penalty("CERTIFICATE_LENGTH")) / 20;
    assert.ok(malformed === 5 || malformed === 6, `${malformed} malformed bodies`);
    await lives();
    consensus.close();
    bulk.close();
  });

  test("votes of the wrong chain, epoch, signer or time change nothing; a forged one is a counted fault", async () => {
    target = 4;
    const strange = createMultisigKeys({
      index: validatorIndex(5),
      genesisHash: "11".repeat(32) as Digest,
      secret: ValidatorIdentity.load(net.config(5).identity).bls.secret,
    });
    const peer = open("consensus").hello(hello());
    const send = (message: Message) => {
      const { type, body } = encodeMessage(message, 6);
      peer.frame(type, body);
    };
    const ahead = viewNow() + 3;
    send(notarize(ahead, 5, EPOCH, strange));
    send(notarize(ahead, 2));
    send(notarize(ahead, 5, 9 as Epoch));
    send(notarize(1));
    send(notarize(ahead + 1_000_000));
    for (let i = 0; i < 50; i++) send(notarize(ahead + 1));
    const nullify = (view: View): Message => {
      const sig = keys.signNullify(EPOCH, view);
      return { kind: "nullify", epoch: EPOCH, view, signer: validatorIndex(5), sig };
    };
    send(nullify((ahead + 2) as View));
    const certificate = {
      ...({ kind: "finalization", scheme: "multisig", epoch: EPOCH, view: ahead as View, digest: BLOCK } as const),
      ...{ bitmap: Uint8Array.of(0b111110), signature: keys.signNullify(EPOCH, ahead as View), seed: undefined },
    };
    send({ kind: "certificate", certificate });
    await waitUntil("the faults", 5_000, () => penalty("CONSENSUS_BAD_VOTE") > 0);
    await lives();
    assert.equal(await net.call(target, "eth_getBlockByHash", `0x${BLOCK}`, false), null);
    peer.close();
  });

  test("requests without end are answered within the budget, and finality goes on (N7, N9)", async () => {
    target = 0;
    const bulk = open("bulk").hello(hello());
    for (let i = 0; i < 2_000; i++) bulk.frame(0x21, Uint8Array.of(0xc4, 0x81, 0x80 + (i % 100), 0x01, 0x01));
    await lives();
    bulk.close();
  });

  test("bad JSON-RPC under payments gets errors, and every payment becomes final", async () => {
    const url = `http://127.0.0.1:${net.ports.jsonRpc + target}`;
    const call = (method: string, ...params: unknown[]) => JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const corpus = [
      ...["", "{", "[]", "null", "1", "\ufeff{}", "[1,2,3]", "[".repeat(100_000), `{"a":${"[".repeat(5_000)}`],
      ...['{"jsonrpc":"2.0"}', '{"jsonrpc":"1.0","method":"x","id":1}', '{"id":1e400}', '{"__proto__":{"x":1}}'],
      ...[call("eth_getBalance"), call("eth_getBalance", "0x", "latest"), call("eth_getBalance", -1, {})],
      ...[call("eth_getBlockByNumber", "0x-1", true), call("eth_getBlockByNumber", `0x${"f".repeat(1_000)}`, 7)],
      ...[call("eth_sendRawTransaction", "0x"), call("eth_sendRawTransaction", `0x4b${"c0".repeat(70_000)}`)],
      ...[call("eth_sendRawTransaction", "0xzz"), call("no_such"), call("constructor"), call("eth_call", {}, "x")],
      JSON.stringify(Array.from({ length: 200 }, (_, id) => ({ jsonrpc: "2.0", id, method: "eth_blockNumber" }))),
    ];
    const hashes = net.payers.map((payer) => payer.pay(net.payers[0]!.address));
    const bad = corpus.map(async (body) => {
      const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
      const text = await response.text();
      assert.ok(text.includes('"error"') || response.status >= 400, `${body.slice(0, 60)}: ${text.slice(0, 200)}`);
      assert.ok(text.length < 100_000);
    });
    const good = hashes.map(({ raw }) => net.call(target, "eth_sendRawTransaction", raw));
    await Promise.all([...bad, ...good]);
    const receipts = () => Promise.all(hashes.map(({ hash: tx }) => net.call(1, "eth_getTransactionReceipt", tx)));
    await waitUntil("all receipts", 15_000, async () => (await receipts()).every((receipt) => receipt !== null));
    await lives();
  });

  test("two votes of one validator in one view become evidence, as an event and a metric (R30, X10)", async () => {
    target = 0;
    const peer = open("consensus").hello(hello());
    const view = (viewNow() + 2) as View;
    for (const block of [BLOCK, "cd".repeat(32) as Digest]) {
      const sig = keys.signNotarize(EPOCH, view, block);
      const vote: Message = { kind: "notarize", epoch: EPOCH, view, digest: block, signer: validatorIndex(5), sig };
      const { type, body } = encodeMessage(vote, 6);
      peer.frame(type, body);
    }
    await waitUntil("evidence", 5_000, () => net.evidence.length > 0);
    const [evidence] = net.evidence as { view: number; signer: number; kind: string }[];
    assert.deepEqual([evidence!.kind, evidence!.signer, evidence!.view], ["notarize", 5, view]);
    assert.equal(net.metrics(target).value("consensus_evidence_total", { kind: "notarize" }), 1);
    await net.reaches(net.height(target) + 2);
    peer.close();
  });
});
