import { join } from "node:path";
import { millis } from "@polis/codec";
import { createMultisigKeys, createMultisigScheme, type Vote, type VoteKeys, type VoteScheme } from "@polis/crypto";
import { createKairosLedger, KAIROS_TABLES, type KairosLedger, schemaVersion } from "@polis/kairos";
import { type Finalize, rowsOfFinalize } from "@polis/minimmit";
import type { BlockInfo } from "@polis/ports";
import { openStorage, type Storage } from "@polis/storage";
import { ChainDriver } from "./chainDriver.ts";
import { createPaymentFixture, type PaymentFixture, provenEnvelopeOf } from "./paymentFixture.ts";
import { quantile } from "./stats.ts";
import { round } from "./timeIt.ts";
import type { Benchmark, BenchResult } from "./types.ts";

const N = 6;
const ACCOUNTS = 5_000;
const SIZES = [0, 100, 1_000];
const GOAL_MS = 10;
const WARM_UP = 4;

/** What finality costs a replica: the state is promoted and everything of the block goes to disk in one commit (S4). */
export const finalizeWrite: Benchmark = {
  name: "finalize-write",
  run: async ({ dir, quick, signal }) => {
    const fixture = createPaymentFixture(N, ACCOUNTS);
    const node = await openNode(fixture, join(dir, "store"));
    try {
      const rows: BenchResult[] = [];
      for (const size of SIZES) if (!signal.aborted) rows.push(await measure(node, size, quick ? 20 : 60));
      return rows;
    } finally {
      await node.storage.close();
    }
  },
};

interface Node {
  readonly fixture: PaymentFixture;
  readonly storage: Storage;
  readonly ledger: KairosLedger;
  readonly driver: ChainDriver;
  readonly scheme: VoteScheme;
  readonly keys: readonly VoteKeys[];
  readonly nonces: number[];
}

async function openNode(fixture: PaymentFixture, path: string): Promise<Node> {
  const { genesis, blsSecrets } = fixture;
  const storage = await openStorage({ path, tables: KAIROS_TABLES, schema: schemaVersion, identity: "00".repeat(32) });
  const ledger = createKairosLedger({ genesis, store: storage.store, build: { maxTransactions: 1_000 } });
  await ledger.ready;
  const { digest: genesisHash, epoch } = ledger.genesisInfo;
  const publicKeys = genesis.validators.map(({ blsPublicKey }) => blsPublicKey);
  const scheme = createMultisigScheme({ f: genesis.f, genesisHash, epoch, publicKeys });
  const keys = blsSecrets.map((secret, i) =>
    createMultisigKeys({ index: i as VoteKeys["index"], genesisHash, secret }),
  );
  const driver = new ChainDriver(ledger, N);
  return { fixture, storage, ledger, driver, scheme, keys, nonces: new Array<number>(ACCOUNTS).fill(0) };
}

async function measure(node: Node, size: number, blocks: number): Promise<BenchResult> {
  const { ledger, driver, storage } = node;
  const times = { whole: [] as number[], promoting: [] as number[], handingOver: [] as number[] };
  let mainUs = 0;
  let rows = 0;
  for (let i = 0; i < WARM_UP + blocks; i++) {
    admitSome(node, size, i);
    const built = driver.build();
    if (built.transactions !== size) throw new Error(`a block of ${built.transactions} instead of ${size} payments`);
    driver.keep(built);
    const effect = finalizeEffect(node, built.info);
    const cpu = process.threadCpuUsage();
    const start = performance.now();
    const batch = [...ledger.finalize(built.info.digest)];
    const promoted = performance.now();
    batch.push(...rowsOfFinalize(effect, { n: N, identity: new Uint8Array(80) }, storage.store, built.info.epoch));
    const written = storage.store.commit(batch);
    const handedOver = performance.now();
    const { user, system } = process.threadCpuUsage(cpu);
    await written;
    if (i < WARM_UP) continue;
    times.whole.push(performance.now() - start);
    times.promoting.push(promoted - start);
    times.handingOver.push(handedOver - promoted);
    mainUs += user + system;
    rows = batch.length;
  }
  const p50 = quantile(times.whole, 0.5);
  const judged = size === SIZES.at(-1);
  return {
    name: `Finalisation write, ${size.toLocaleString("en")} payments`,
    goal: judged ? "one durable commit, under 10 ms" : "one durable commit",
    measured: {
      "p50 ms": round(p50, 2),
      "p99 ms": round(quantile(times.whole, 0.99), 2),
      "of it promoting the state p50 ms": round(quantile(times.promoting, 0.5), 2),
      "of it handing the rows over p50 ms": round(quantile(times.handingOver, 0.5), 2),
      "main thread CPU mean ms": round(mainUs / 1000 / blocks, 2),
      rows,
    },
    met: judged ? p50 < GOAL_MS : undefined,
    note: `${blocks} blocks, until the disk has them; judged by the median`,
  };
}

function admitSome({ ledger, fixture, nonces }: Node, size: number, turn: number): void {
  for (let i = 0; i < size; i++) {
    const from = (turn * 7919 + i) % ACCOUNTS;
    const envelope = provenEnvelopeOf(fixture, from, nonces[from]!);
    nonces[from]!++;
    const admitted = ledger.admit(millis(1), 1, envelope, fixture.signers[from]!.address);
    if (!admitted.ok) throw new Error(admitted.fault.code);
  }
}

/** What the replica asks for when L votes have come: the block, its certificate, and the pruning below it (R18, R24). */
function finalizeEffect({ scheme, keys }: Node, info: BlockInfo): Finalize {
  const { epoch, view, digest, height } = info;
  const votes = keys.slice(0, scheme.quorumL).map((key): Vote => {
    const sig = key.signNotarize(epoch, view, digest);
    return { kind: "notarize", ...{ epoch, view, digest, sig }, signer: key.index };
  });
  const assembled = scheme.assemble("finalization", votes);
  if (!assembled.ok) throw new Error("the votes of the benchmark are not valid");
  const blocks = [{ digest, height, view, direct: true }];
  return { kind: "finalize", blocks, certificate: assembled.certificate, views: [], pruneBelow: view };
}
