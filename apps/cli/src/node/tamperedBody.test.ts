import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, type Epoch, millis, type View, validatorIndex, view as viewOf } from "@polis/codec";
import { createMultisigKeys } from "@polis/crypto";
import { decodeBlock, encodeBlock } from "@polis/kairos";
import { encodeMessage, type Message } from "@polis/minimmit";
import { startFollower } from "../follower/testing/startFollower.ts";
import { ValidatorIdentity } from "../library/validatorIdentity.ts";
import { TestNetwork } from "../testing/network.ts";
import { RawPeer } from "../testing/rawPeer.ts";
import { waitUntil } from "../testing/waitUntil.ts";

const LIAR = 5;
const EPOCH = 0 as Epoch;

/**
 * The signature of a proposal covers the header alone. A leader that sends the true block to four validators and the same
 * header with another body to the fifth has the block finalized, and would have had the fifth one stop: for it the block
 * that is final fails execution (K4, L1, testing Z5).
 */
test("a leader that gives one validator another body under the same header stops nobody", {
  timeout: 60_000,
}, async (t) => {
  const consensus = { n: 6, f: 1, empty_block_interval: "20ms", view_timeout: "2s" };
  const net = await TestNetwork.generate(6, { settings: { p2p: { rpc_mode: true }, consensus } });
  const honest = [0, 1, 2, 3, 4];
  await net.start(honest);
  // It has the chain, so that it can build a valid block for the leader.
  const builder = await startFollower(net, "builder");
  const identity = ValidatorIdentity.load(net.config(LIAR).identity);
  const genesisHash = net.made.genesisHash.slice(2) as Digest;
  const links = honest.map((i) =>
    new RawPeer(net.ports.p2p + i, identity.ed25519.secret, "consensus").hello({
      ...{ protocolVersion: 0x0100, chainId: net.made.chainId, genesisHash, role: 1, epoch: EPOCH, capabilities: 0 },
      ...{ lastFinalized: { height: 0, view: 0, hash: genesisHash }, clientVersion: "raw", listenAddresses: [] },
      clusterId: "kairos",
    }),
  );
  t.after(async () => {
    for (const link of links) link.close();
    await builder.stop();
    await net.close();
  });

  const { ledger } = builder.node.kairos.chain;
  let view = 0 as View;
  await waitUntil("a view of the liar, with the block before it final everywhere", 30_000, () => {
    view = viewOf(ledger.lastFinalized.view + 1);
    const all = honest.map((i) => net.node(i).kairos!.numbers());
    return view % 6 === LIAR && all.every((node) => node.view === view);
  });
  const parent = ledger.lastFinalized;
  const { block, info } = ledger.build({
    ...{ view, leader: validatorIndex(LIAR), parentDigest: parent.digest, parentView: parent.view },
    ...{ timeMs: millis(Date.now()), prevSeed: undefined },
  });
  const decoded = decodeBlock(block, ledger.params);
  assert.ok(decoded.ok);
  const { header, transactions } = decoded.value;
  const other = encodeBlock(header, [...transactions, Uint8Array.of(0x4b, 0xc0)], undefined);
  assert.equal(other.digest, info.digest);

  const keys = createMultisigKeys({ index: validatorIndex(LIAR), genesisHash, secret: identity.bls.secret });
  const claim = { epoch: EPOCH, view, digest: info.digest, parentView: parent.view, parentDigest: parent.digest };
  const proposal = (body: Uint8Array): Message => ({
    ...{ kind: "propose", epoch: EPOCH, view, proofs: [], block: body },
    ...{ proposeSig: keys.signProposal(claim), voteSig: keys.signNotarize(EPOCH, view, info.digest) },
  });
  for (const [i, link] of links.entries()) {
    const { type, body } = encodeMessage(proposal(i === 0 ? other.block : block), 6);
    link.frame(type, body);
  }

  await net.reaches(info.height + 3);
  for (const i of honest) {
    const found = await net.call(i, "eth_getBlockByNumber", `0x${info.height.toString(16)}`, false);
    assert.equal((found as { hash: string }).hash, `0x${info.digest}`, `validator ${i}`);
  }
  assert.deepEqual(net.failures, []);
  assert.ok((net.metrics(0).value("p2p_penalties_total", { reason: "CONSENSUS_BAD_PROPOSAL" }) ?? 0) > 0);
});
