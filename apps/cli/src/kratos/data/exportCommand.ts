import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { encodeKce, writeU32 } from "@polis/codec";
import { type Block, blockJson, ChainReader, kceBlock } from "@polis/kratos";
import { type Command, Option } from "commander";
import { createProgressLine } from "../../backup/progressLine.ts";
import { example, integerOption } from "../../commands/parse.ts";
import { UserError } from "../../errors.ts";
import { print } from "../../print.ts";
import { kratosCodec, openChainData, openTree } from "./chainData.ts";
import { basePathOption, chainOption, type DataFlags, dataOf } from "./dataFlags.ts";

interface ExportFlags extends DataFlags {
  readonly output: string;
  readonly from: number;
  readonly to?: number;
  readonly format: "binary" | "json";
  readonly json?: boolean;
}

const number = integerOption(0, Number.MAX_SAFE_INTEGER);

/** `kratos export` (kratos-core 15). */
export function register(program: Command): void {
  program
    .command("export")
    .description("write final blocks of a data directory into a file; the node may run meanwhile")
    .requiredOption("-o, --output <file>", "file to write, never overwritten")
    .option("--from <number>", "first block", number, 0)
    .option("--to <number>", "last block; the last final one by default", number)
    .addOption(
      new Option(
        "--format <form>",
        "json: a list with one block per line; binary: per block, 4 bytes of length and its KCE",
      )
        .choices(["binary", "json"])
        .default("binary"),
    )
    .option(...basePathOption)
    .option(...chainOption)
    .option("--json", "print the summary as JSON")
    .addHelpText("after", example("kratos export -o blocks.json --format json --from 100 --to 200"))
    .action(run);
}

async function run(flags: ExportFlags): Promise<void> {
  const { db } = dataOf(flags);
  const data = await openChainData(db, { readOnly: true });
  if (data === undefined) {
    throw new UserError("NO_CHAIN", `there is no chain in ${db}`, "check --base-path", { exitCode: 2 });
  }
  try {
    const reader = new ChainReader(await openTree(data));
    const last = reader.tree.final.header.number;
    const to = flags.to ?? last;
    if (flags.from > to || to > last) {
      const hint = "give --from and --to with --from not above --to";
      throw new UserError("EXPORT_RANGE", `blocks 0 to ${last} are final, not ${flags.from} to ${to}`, hint, {
        exitCode: 2,
      });
    }
    const bytes = write(flags, reader, to);
    const count = to - flags.from + 1;
    print(flags.json, { output: flags.output, from: flags.from, to, blocks: count, bytes }, [
      `wrote ${count} blocks, ${bytes.toLocaleString("en")} bytes, to ${flags.output}`,
    ]);
  } finally {
    await data.storage.close();
  }
}

/** @returns the bytes written */
function write({ output, from, format }: ExportFlags, reader: ChainReader, to: number): number {
  const file = create(output);
  const progress = createProgressLine(process.stderr, "exporting", "blocks");
  let isWhole = false;
  try {
    let bytes = format === "json" ? writeSync(file, "[\n") : 0;
    for (let at = from; at <= to; at++) {
      const block = reader.blockAt(at);
      if (block === undefined) {
        const hint = "this node began with a snapshot (--sync warp): choose a higher --from";
        throw new UserError("EXPORT_RANGE", `block ${at} is not here`, hint, { exitCode: 2 });
      }
      bytes += writeAll(file, format === "json" ? jsonLine(reader, block, at === to) : binary(block));
      progress.update(at - from + 1, to - from + 1);
    }
    if (format === "json") bytes += writeSync(file, "]\n");
    isWhole = true;
    return bytes;
  } finally {
    progress.end();
    closeSync(file);
    // Half an export looks like a whole one to whoever finds it.
    if (!isWhole) rmSync(output, { force: true });
  }
}

function create(path: string): number {
  try {
    return openSync(path, "wx");
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === "EEXIST";
    const message = `cannot write ${path}${exists ? ": it exists already" : ""}`;
    throw new UserError("EXPORT_FILE", message, "choose another --output", { cause });
  }
}

function jsonLine(reader: ChainReader, block: Block, isLast: boolean): Uint8Array {
  return Buffer.from(`${JSON.stringify(blockJson({ reader }, block))}${isLast ? "" : ","}\n`);
}

function binary(block: Block): Uint8Array {
  const body = encodeKce(kceBlock(kratosCodec), block);
  const out = new Uint8Array(4 + body.length);
  writeU32(out, 0, body.length);
  out.set(body, 4);
  return out;
}

function writeAll(file: number, bytes: Uint8Array): number {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  return bytes.length;
}
