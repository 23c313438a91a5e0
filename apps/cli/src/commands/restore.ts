import type { Command } from "commander";
import { createProgressLine, type ProgressLine } from "../backup/progressLine.ts";
import { restoreBackup } from "../backup/restoreBackup.ts";
import { type NodeFileOptions, readNodeFiles } from "../database/nodeFiles.ts";
import { withHints } from "../database/withHints.ts";
import { UserError } from "../errors.ts";
import { print } from "../print.ts";
import { clearFresh } from "../run/freshMark.ts";
import { example } from "./parse.ts";

interface RestoreFlags extends NodeFileOptions {
  readonly force?: boolean;
  readonly withJournal?: boolean;
  readonly oldInstanceIsStoppedForGood?: boolean;
  readonly json?: boolean;
}

/** The command `kairos restore` (kairos D4). */
export function register(program: Command): void {
  program
    .command("restore")
    .description("make a node's store from a backup; a restored validator votes again as soon as it is safe (R27)")
    .argument("<file>", "the backup")
    .option("--config <file>", "configuration file (.toml, .yaml, .yml)")
    .option("--genesis <file>", "genesis file, over the configuration's")
    .option("--force", "replace the store that is there")
    .option("--with-journal", "keep the record of votes, so that the validator goes on voting at once")
    .option(
      "--old-instance-is-stopped-for-good",
      "with --with-journal: I answer for it that the old one never runs again",
    )
    .option("--json", "as JSON")
    .addHelpText("after", example("kairos restore backups/kairos-backup-20260101_000000.tar.zst --config config.toml"))
    .action((file: string, flags: RestoreFlags) => withHints(() => runRestore(file, flags)));
}

async function runRestore(file: string, flags: RestoreFlags): Promise<void> {
  const withJournal = flags.withJournal ?? false;
  if (withJournal && flags.oldInstanceIsStoppedForGood !== true) {
    throw new UserError(
      "RESTORE_JOURNAL",
      "two instances with one journal would vote twice, and lose the validator its good name",
      "stop the old instance for good, then add --old-instance-is-stopped-for-good; or restore without --with-journal",
    );
  }
  const { config, genesisHash } = readNodeFiles(flags);
  const lines = new Map<string, ProgressLine>();
  const manifest = await restoreBackup(
    {
      ...{ file, genesisHash, withJournal, force: flags.force ?? false },
      storagePath: config.storage.path,
      mapSizeBytes: config.storage.mapSize,
      // The key has a past, whatever a mark beside it says: an absent journal is a lost one (R27).
      beforeReplacing: () => clearFresh(config),
    },
    (step, done, total) => {
      const line = lines.get(step) ?? createProgressLine(process.stderr, step, step === "checking" ? "bytes" : "rows");
      lines.set(step, line);
      line.update(done, total);
    },
  ).finally(() => {
    for (const line of lines.values()) line.end();
  });
  const { height, rows } = manifest;
  print(flags.json, { path: config.storage.path, height, rows, journal: withJournal, genesisHash }, [
    `restored height ${height} (${rows} rows) into ${config.storage.path}`,
    withJournal
      ? "the journal is the backup's: the old instance must never run again"
      : "the journal is lost: a validator follows until it knows a view above its old votes (R27)",
  ]);
}
