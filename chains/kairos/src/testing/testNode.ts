import { type Digest, millis, ok, validatorIndex, view } from "@polis/codec";
import type { KairosBackend } from "../api/backend.ts";
import { type BackendParts, createBackend } from "../api/createBackend.ts";
import { type ApiEvents, createApiEvents } from "../api/events.ts";
import { kairosApi } from "../api/kairosApi.ts";
import { createCallWorld } from "../calls/createCallWorld.ts";
import { runJob } from "../calls/runJob.ts";
import type { CallWorld } from "../calls/world.ts";
import type { TransactionFault } from "../errors.ts";
import type { Genesis } from "../genesis/types.ts";
import { createKairosLedger } from "../ledger/createKairosLedger.ts";
import { createLedgerEvm } from "../ledger/createLedgerEvm.ts";
import type { KairosLedger } from "../ledger/types.ts";
import { createMemoryStore } from "./memoryStore.ts";

/** A node without a network: one ledger, and the methods on it in the same thread. */
export interface TestNode {
  readonly ledger: KairosLedger;
  readonly backend: KairosBackend;
  readonly events: ApiEvents;
  readonly world: CallWorld;
  /** Calls a method with decoded arguments. @returns the result, or the error */
  call(name: string, ...args: unknown[]): Promise<unknown>;
  /** Sends an envelope. @returns its hash */
  send(envelope: Uint8Array): Promise<Digest>;
  /** Builds a block from the pool on the tip; it stays speculative. */
  build(): Digest;
  /** Builds a block and makes it final. */
  mine(): Promise<Digest>;
  finalize(digest: Digest): Promise<void>;
}

/** Starts a node on a genesis of one validator. */
export function createTestNode(genesis: Genesis, changes: Partial<BackendParts> = {}): TestNode {
  const store = createMemoryStore();
  const ledger = createKairosLedger({ genesis, store });
  const events = createApiEvents();
  const world = createCallWorld(ledger, createLedgerEvm(genesis.params));
  let at = 0;
  const status = () =>
    ({
      network: "local",
      role: "validator",
      currentView: view(at + 1),
      finalizedView: view(at),
      peers: 0,
      requiredPeers: 0,
      mempool: ledger.pool.status(),
      uptimeMs: 0,
      syncingTo: undefined,
    }) as const;
  const backend = createBackend({
    reader: ledger,
    genesis,
    clientVersion: "kairos/test",
    submit: async (envelope) => {
      const admitted = ledger.admit(millis(at * 1_000), at, envelope);
      if (!admitted.ok) return { ok: false, fault: admitted.fault as TransactionFault };
      events.publish({ what: "pooled", hash: admitted.value.hash });
      return ok(admitted.value.hash);
    },
    finalityProof: () => undefined,
    status,
    events,
    run: async (job) => runJob(world, structuredClone(job)),
    ...changes,
  });
  const build = () => {
    const parent = ledger.tip();
    const parentView = parent.header.extra.view;
    at = Math.max(at, parentView) + 1;
    const built = ledger.build({
      view: view(at),
      leader: validatorIndex(0),
      parentDigest: parent.digest,
      parentView,
      timeMs: millis(1_700_000_000_000 + at * 1_000),
      prevSeed: undefined,
    });
    return built.info.digest;
  };
  const finalize = async (digest: Digest) => {
    await store.commit(ledger.finalize(digest));
    events.publish({ what: "final", digest, height: ledger.head().header.number });
  };
  const call = async (name: string, ...args: unknown[]) => {
    const answer = await kairosApi[name]!.handle(backend, args);
    return answer.ok ? answer.value : answer.error;
  };
  return {
    ledger,
    backend,
    events,
    world,
    call,
    async send(envelope) {
      const sent = await call("eth_sendRawTransaction", envelope);
      if (typeof sent !== "string") throw new Error(`refused: ${JSON.stringify(sent)}`);
      return sent.slice(2) as Digest;
    },
    build,
    async mine() {
      const digest = build();
      await finalize(digest);
      return digest;
    },
    finalize,
  };
}
