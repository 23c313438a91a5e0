import type { Command } from "commander";
import { keepNewest } from "../backup/keepNewest.ts";
import { createProgressLine } from "../backup/progressLine.ts";
import { writeBackup } from "../backup/writeBackup.ts";
import { type NodeFileOptions, readNodeFiles } from "../database/nodeFiles.ts";
import { withHints } from "../database/withHints.ts";
import { print } from "../print.ts";
import { example, integerOption } from "./parse.ts";

interface BackupFlags extends NodeFileOptions {
  readonly withJournal?: boolean;
  readonly keep?: number;
  readonly json?: boolean;
}

/** The command `kairos backup` (kairos D3). */
export function register(program: Command): void {
  program
    .command("backup")
    .description("write a consistent backup of a node's store, also while the node runs; keys are never in it")
    .argument("<folder>", "where the file kairos-backup-YYYYmmdd_HHMMSS.tar.zst is written")
    .option("--config <file>", "configuration file (.toml, .yaml, .yml)")
    .option("--genesis <file>", "genesis file, over the configuration's")
    .option(
      "--with-journal",
      "move the record of votes too, of a node that has stopped: for the machine that takes its place",
    )
    .option(
      "--keep <count>",
      "remove the oldest backups of the folder afterwards, down to this many",
      integerOption(1, 10_000),
    )
    .option("--json", "as JSON")
    .addHelpText("after", example("kairos backup backups --config net/node0/config.toml"))
    .action((folder: string, flags: BackupFlags) => withHints(() => runBackup(folder, flags)));
}

async function runBackup(destination: string, flags: BackupFlags): Promise<void> {
  const { config, genesis, genesisHash } = readNodeFiles(flags);
  const line = createProgressLine(process.stderr, "backing up", "rows");
  const { file, manifest } = await writeBackup(
    {
      storagePath: config.storage.path,
      mapSizeBytes: config.storage.mapSize,
      ...{ genesisHash, destination, network: genesis.network, chainId: Number(genesis.params.chainId) },
      withJournal: flags.withJournal ?? false,
      nowMs: Date.now(),
    },
    (done, total) => line.update(done, total),
  ).finally(() => line.end());
  const { height, rows, bytes, journal } = manifest;
  // Only now: a backup that fails must not cost an old one.
  const removed = flags.keep === undefined ? [] : keepNewest(destination, flags.keep);
  print(flags.json, { file, height, rows, bytes, journal, genesisHash, removed }, [
    `wrote ${file}`,
    `height ${height}, ${rows} rows, ${bytes} bytes before compression`,
    ...removed.map((old) => `removed ${old}`),
    ...(journal ? ["the journal has moved into this file: the validator goes on where it is restored, once"] : []),
  ]);
}
