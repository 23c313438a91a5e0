import type { Command } from "commander";
import { createProgressLine, type ProgressLine } from "../backup/progressLine.ts";
import { exportChain } from "../database/chainFile/exportChain.ts";
import { importChain } from "../database/chainFile/importChain.ts";
import { type NodeFileOptions, readNodeFiles } from "../database/nodeFiles.ts";
import { rollbackDatabase } from "../database/rollback/rollbackDatabase.ts";
import { verifyDatabase } from "../database/verify/verifyDatabase.ts";
import { withHints } from "../database/withHints.ts";
import { UserError } from "../errors.ts";
import { print } from "../print.ts";
import { clearFresh } from "../run/freshMark.ts";
import { example, integerOption } from "./parse.ts";

interface DbFlags extends NodeFileOptions {
  readonly json?: boolean;
}

const lost = "the journal is lost: a validator follows until it knows a view above its old votes (R27)";
const heights = integerOption(0, Number.MAX_SAFE_INTEGER);

/** The commands `kairos db verify`, `export`, `import` and `rollback-to` (kairos 18.3). */
export function register(program: Command): void {
  const db = program.command("db").description("check, copy and set back a node's store");
  common(
    db.command("verify").description("check everything in the store, also while the node runs; exit code 1 if wrong"),
  )
    .addHelpText("after", example("kairos db verify --config net/node0/config.toml"))
    .action((flags: DbFlags) => withHints(() => verify(flags)));
  common(db.command("export").description("write finalized blocks with their certificates into a file"))
    .argument("<file>", "the file, for example chain.kairos.zst")
    .option("--from <height>", "first height", heights, 1)
    .option("--to <height>", "last height; the tip by default", heights)
    .addHelpText("after", example("kairos db export chain.kairos.zst --config net/node0/config.toml"))
    .action((file: string, flags: DbFlags & { readonly from: number; readonly to?: number }) =>
      withHints(() => runExport(file, flags)),
    );
  common(db.command("import").description("execute and verify the blocks of such a file; the node must not run"))
    .argument("<file>", "the file")
    .addHelpText("after", example("kairos db import chain.kairos.zst --config new/config.toml"))
    .action((file: string, flags: DbFlags) => withHints(() => runImport(file, flags)));
  common(db.command("rollback-to").description("set the store back to an earlier height; the node must not run"))
    .argument("<height>", "the height", heights)
    .addHelpText("after", example("kairos db rollback-to 1000 --config net/node0/config.toml"))
    .action((height: number, flags: DbFlags) => withHints(() => rollback(height, flags)));
}

function common(command: Command): Command {
  return command
    .option("--config <file>", "configuration file (.toml, .yaml, .yml)")
    .option("--genesis <file>", "genesis file, over the configuration's")
    .option("--json", "as JSON");
}

/** Shows the progress of steps, one line after the other. */
async function showing<T>(
  run: (progress: (step: string, unit: string, done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  let shown: { readonly step: string; readonly line: ProgressLine } | undefined;
  try {
    return await run((step, unit, done, total) => {
      if (shown?.step !== step) {
        shown?.line.end();
        shown = { step, line: createProgressLine(process.stderr, step, unit) };
      }
      shown.line.update(done, total);
    });
  } finally {
    shown?.line.end();
  }
}

async function verify(flags: DbFlags): Promise<void> {
  const files = readNodeFiles(flags);
  const units = { rows: "rows", blocks: "blocks", state: "accounts" };
  const report = await showing((progress) =>
    verifyDatabase(files, (step, done, total) => progress(`checking ${step}`, units[step], done, total)),
  );
  const { height, blocks, transactions, rows, problems, problemCount } = report;
  const ok = problemCount === 0;
  print(flags.json, { ok, ...report }, [
    ...problems,
    ...(problemCount > problems.length ? [`… and ${problemCount - problems.length} more`] : []),
    `${ok ? "all is well" : `${problemCount} problems`}: height ${height}, ${blocks} blocks, ${transactions} transactions, ${rows} rows`,
  ]);
  if (!ok) process.exitCode = 1;
}

async function runExport(
  file: string,
  flags: DbFlags & { readonly from: number; readonly to?: number },
): Promise<void> {
  const files = readNodeFiles(flags);
  const head = await showing((progress) =>
    exportChain({ ...files, file, from: flags.from, to: flags.to }, (done, total) =>
      progress("exporting", "blocks", done, total),
    ),
  );
  print(flags.json, { file, ...head }, [`wrote ${file}: heights ${head.from} to ${head.to}`]);
}

async function runImport(file: string, flags: DbFlags): Promise<void> {
  const files = readNodeFiles(flags);
  const { blocks, height } = await showing((progress) =>
    importChain(
      files,
      file,
      (done, total) => progress("importing", "blocks", done, total),
      () => clearFresh(files.config),
    ),
  );
  print(flags.json, { blocks, height }, [`imported ${blocks} blocks; the store ends at height ${height}`, lost]);
}

async function rollback(height: number, flags: DbFlags): Promise<void> {
  const files = readNodeFiles(flags);
  const { from, to } = await showing((progress) =>
    rollbackDatabase(
      files,
      height,
      (done, total) => progress("rolling back", "blocks", done, total),
      () => clearFresh(files.config),
    ),
  );
  if (from === to) throw new UserError("ROLLBACK_HEIGHT", `the store is at height ${to} already`, "nothing is to do");
  const below = to === height ? [] : [`height ${height} has no certificate of its own; the nearest one below has`];
  print(flags.json, { from, to }, [`set back from height ${from} to ${to}`, ...below, lost]);
}
