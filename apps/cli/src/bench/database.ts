import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { genesisBlock, genesisDocument } from "@polis/kairos";
import { restoreBackup } from "../backup/restoreBackup.ts";
import { writeBackup } from "../backup/writeBackup.ts";
import { exportChain } from "../database/chainFile/exportChain.ts";
import { importChain } from "../database/chainFile/importChain.ts";
import type { NodeFiles } from "../database/nodeFiles.ts";
import { verifyDatabase } from "../database/verify/verifyDatabase.ts";
import { NodeConfig } from "../library/nodeConfig.ts";
import { createPaymentFixture } from "./paymentFixture.ts";
import { writeSyncChain } from "./syncChain.ts";
import { round } from "./timeIt.ts";
import type { BenchContext, Benchmark, BenchResult } from "./types.ts";

const BLOCKS = 20_000;
const QUICK_BLOCKS = 2_000;
const ACCOUNTS = 1_000;
const PAYMENTS = 5;

/** What an operator's commands on a store cost: backup, restore, verify, export and import of one chain (kairos 18.3, 20.4). */
export const database: Benchmark = {
  name: "database",
  run: async (context) => {
    const { quick, dir, signal, say } = context;
    const blocks = quick ? QUICK_BLOCKS : BLOCKS;
    const fixture = createPaymentFixture(6, ACCOUNTS);
    const genesisPath = join(dir, "genesis.json");
    mkdirSync(dir, { recursive: true });
    writeFileSync(genesisPath, JSON.stringify(genesisDocument(fixture.genesis)));
    const filesOf = (name: string): NodeFiles => ({
      config: NodeConfig.fromObject({ genesis: { path: genesisPath }, storage: { path: join(dir, name) } }),
      genesis: fixture.genesis,
      genesisHash: genesisBlock(fixture.genesis).digest,
    });
    say(`  making ${blocks.toLocaleString("en")} blocks with ${PAYMENTS} payments each`);
    await writeSyncChain({ fixture, path: join(dir, "made"), blocks, paymentsPerBlock: PAYMENTS, signal });
    return signal.aborted ? [] : [await measure(context, blocks, filesOf)];
  },
};

async function measure(
  context: BenchContext,
  blocks: number,
  filesOf: (name: string) => NodeFiles,
): Promise<BenchResult> {
  const nothing = () => undefined;
  const seconds: Record<string, number> = {};
  const timed = async <T>(name: string, run: () => Promise<T>): Promise<T> => {
    context.say(`  ${name}`);
    const start = performance.now();
    const result = await run();
    seconds[name] = (performance.now() - start) / 1_000;
    return result;
  };
  const made = filesOf("made");
  const { storage } = made.config;
  const { genesisHash, genesis } = made;
  const common = { storagePath: storage.path, mapSizeBytes: storage.mapSize, genesisHash };
  const facts = { network: genesis.network, chainId: Number(genesis.params.chainId), nowMs: Date.now() };
  const destination = join(context.dir, "backups");
  const backup = await timed("backup", () =>
    writeBackup({ ...common, ...facts, destination, withJournal: false }, nothing),
  );
  const target = { ...common, storagePath: join(context.dir, "restored"), file: backup.file };
  await timed("restore", () => restoreBackup({ ...target, force: false, withJournal: false }, nothing));
  const { problemCount } = await timed("verify", () => verifyDatabase(filesOf("restored"), nothing));
  const file = join(context.dir, "chain.kairos.zst");
  await timed("export", () => exportChain({ ...made, file, from: 1, to: undefined }, nothing));
  const imported = await timed("import", () => importChain(filesOf("imported"), file, nothing, nothing));
  if (problemCount > 0 || imported.height !== blocks) throw new Error("the copies are not the chain");
  const perSecond = (name: string) => Math.round(blocks / seconds[name]!);
  return {
    name: `Commands on a store of ${blocks.toLocaleString("en")} blocks with ${PAYMENTS} payments each`,
    goal: "none is set; to print",
    measured: {
      "backup MB/s": round(backup.manifest.bytes / 1e6 / seconds.backup!, 1),
      "backup s": round(seconds.backup!, 1),
      "backup file MB": round(statSync(backup.file).size / 1e6, 1),
      "restore s": round(seconds.restore!, 1),
      "verify blocks/s": perSecond("verify"),
      "export blocks/s": perSecond("export"),
      "import blocks/s": perSecond("import"),
    },
    met: undefined,
    note: "one thread each; verify and import check every signature and every certificate, import executes every block",
  };
}
