import assert from "node:assert/strict";
import type { Epoch, ValidatorIndex, View } from "../../kernel/codec/src/index.ts";
import type { Certificate, Vote } from "../../kernel/crypto/src/votes/types.ts";
import { pictureOfModel, pictureOfReplica } from "./compare.ts";
import { digestOfBlock, encodeBlock, inspectBlock } from "./modelBlocks.ts";
import { createModelHost, type ModelHost } from "./modelReplica.ts";
import { certificateOf, modelSignature } from "./modelScheme.ts";
import { type ModelBlock, type ModelCertificate, type ModelState, NONE } from "./trace.ts";

/** The network of the traces. */
const N = 6;
const F = 1;

/** How much of a trace meant something to the replicas. */
export interface Replayed {
  readonly steps: number;
  readonly crashes: number;
  readonly finalizations: number;
}

/**
 * Feeds every step of a trace of the model to real replicas, and after each step compares the replica that took it: view,
 * votes, certificates, finalized block. Throws an AssertionError that names the step at the first difference.
 */
export function replay(trace: readonly ModelState[], faulty: readonly number[]): Replayed {
  const honest = [...Array(N).keys()].filter((id) => !faulty.includes(id));
  const hosts = new Map(honest.map((id) => [id, createModelHost(id, N, F)]));
  let crashes = 0;
  for (const [index, state] of trace.entries()) {
    const { event } = state;
    const before = trace[index - 1] ?? state;
    const host = hosts.get(event.id);
    if (host !== undefined) perform(host, state, before);
    if (event.what === "crash") crashes++;
    for (const [id, each] of hosts) {
      if (event.what !== "init" && id !== event.id) continue;
      const where = `step ${index} ${JSON.stringify(event)} at replica ${id}`;
      assert.deepEqual(pictureOfReplica(each.replica), pictureOfModel(state.replicas.get(id)!), where);
    }
  }
  const finalizations = [...hosts.values()].filter((host) => host.replica.lastFinalized.view > 0).length;
  return { steps: trace.length - 1, crashes, finalizations };
}

function perform(host: ModelHost, state: ModelState, before: ModelState): void {
  const { event } = state;
  const block = { view: event.view, salt: event.salt };
  if (event.what === "propose") propose(host, state, block);
  else if (event.what === "receiveBlock") receiveBlock(host, state, block);
  else if (event.what === "receiveVotes") {
    for (const signer of event.signers.toSorted((a, b) => a - b)) host.receive(signer, voteOf(signer, block));
  } else if (event.what === "receiveCertificate") {
    const certificate = { ...block, kind: event.detail as ModelCertificate["kind"] };
    host.receive(relay(event.id), { kind: "certificate", certificate: assemble(certificate, before) });
  } else if (event.what === "timeOut") host.timeOut();
  else if (event.what === "crash") crash(host, state);
}

function propose(host: ModelHost, state: ModelState, block: ModelBlock): void {
  const parent = parentOf(state, block);
  assert.equal(host.asked?.view, block.view, "the replica has not asked for a block of this view");
  assert.equal(host.asked?.parentDigest, digestOfBlock(parent), "the replica builds on another parent (R6)");
  const bytes = encodeBlock(block, parent, heightOf(state, block));
  const inspected = inspectBlock(bytes);
  assert.ok(inspected.ok);
  host.step({ kind: "built", view: block.view as View, block: bytes, info: inspected.value, transactions: 1 });
}

function receiveBlock(host: ModelHost, state: ModelState, block: ModelBlock): void {
  const leader = block.view % N;
  const bytes = encodeBlock(block, parentOf(state, block), heightOf(state, block));
  const sig = modelSignature(leader, block.view, digestOfBlock(block));
  host.receive(leader, {
    kind: "propose",
    epoch: 0 as Epoch,
    view: block.view as View,
    proposeSig: sig,
    voteSig: sig,
    proofs: [],
    block: bytes,
  });
}

/**
 * The model keeps every certificate that R25 may write, the replica only those that it must. The difference arrives from
 * peers right after the start, lowest views first.
 */
function crash(host: ModelHost, state: ModelState): void {
  host.crash();
  const { proofs, final } = state.replicas.get(state.event.id)!;
  const missing = proofs.filter((c) => c.view > final.view).toSorted((a, b) => a.view - b.view || a.salt - b.salt);
  for (const certificate of missing) {
    host.receive(relay(state.event.id), { kind: "certificate", certificate: assemble(certificate, state) });
  }
}

/** Any other replica may pass a certificate on. */
function relay(id: number): number {
  return (id + 1) % N;
}

function voteOf(signer: number, { view, salt }: ModelBlock): Vote {
  const digest = salt === NONE ? undefined : digestOfBlock({ view, salt });
  const sig = modelSignature(signer, view, digest);
  const common = { epoch: 0 as Epoch, view: view as View, signer: signer as ValidatorIndex, sig };
  return digest === undefined ? { kind: "nullify", ...common } : { kind: "notarize", ...common, digest };
}

/** A certificate as it can be made from the votes that exist in `state`. */
function assemble(certificate: ModelCertificate, state: ModelState): Certificate {
  const { kind, view, salt } = certificate;
  const voters = [...state.replicas].filter(([, r]) =>
    kind === "nullification" ? r.nullified.includes(view) : r.notarized.some((b) => b.view === view && b.salt === salt),
  );
  return certificateOf(
    kind,
    voters.map(([signer]) => voteOf(signer, { view, salt })),
    N,
  );
}

function parentOf(state: ModelState, { view, salt }: ModelBlock): ModelBlock {
  const link = state.tree.find(({ block }) => block.view === view && block.salt === salt);
  assert.ok(link, `the trace has no block ${view}/${salt}`);
  return link.parent;
}

function heightOf(state: ModelState, block: ModelBlock): number {
  return block.view === 0 ? 0 : 1 + heightOf(state, parentOf(state, block));
}
