import { resolve } from "node:path";
import { type MessageShape, toJson } from "@bufbuild/protobuf";
import { type Client, ConnectError } from "@connectrpc/connect";
import {
  type AdminService,
  BanPeerResponseSchema,
  GetMetricsResponseSchema,
  GetValidatorsResponseSchema,
  GetViewDebugInfoResponseSchema,
  RefreshPeersResponseSchema,
  SetLogLevelResponseSchema,
} from "@polis/proto";
import { type Command, InvalidArgumentError } from "commander";
import { createAdminClient } from "../admin/adminClient.ts";
import { createProgressLine } from "../backup/progressLine.ts";
import { loadConfig } from "../config/loadConfig.ts";
import { UserError } from "../errors.ts";
import { print } from "../print.ts";
import { example, integerOption } from "./parse.ts";

interface AdminFlags {
  readonly config?: string;
  readonly json?: boolean;
}

type Admin = Client<typeof AdminService>;

/** The commands `kairos admin …`: a client of a running node's AdminService (kairos 15.2). */
export function register(program: Command): void {
  const admin = program.command("admin").description("ask or steer a running node through its admin interface");
  const add = (name: string, description: string, words = "") =>
    admin
      .command(name)
      .description(description)
      .option("--config <file>", "the node's configuration; without it, the environment only")
      .option("--json", "as JSON")
      .addHelpText("after", example(`kairos admin ${name}${words} --config net/node0/config.toml`));
  add("metrics", "print its metrics as Prometheus text")
    .option("--prefix <text>", "only names that begin so", "")
    .action((flags: AdminFlags & { readonly prefix: string }) => call(flags, (node) => metrics(node, flags)));
  add("validators", "list the validators with the state of their links").action((flags: AdminFlags) =>
    call(flags, (node) => validators(node, flags)),
  );
  add("refresh-peers", "dial whatever is not connected, at once").action((flags: AdminFlags) =>
    call(flags, (node) => refreshPeers(node, flags)),
  );
  add("view", "show what the node knows of a view", " 1000")
    .argument("[view]", "the view; the current one by default", integerOption(0, Number.MAX_SAFE_INTEGER), 0)
    .action((view: number, flags: AdminFlags) => call(flags, (node) => viewInfo(node, view, flags)));
  add("log-level", "change what is logged until the node stops", " info,consensus=debug")
    .argument("<levels>", "info, or info,consensus=debug")
    .action((levels: string, flags: AdminFlags) => call(flags, (node) => logLevel(node, levels, flags)));
  add("ban-peer", "end the links of a peer and refuse it for a while", ` ${"ab".repeat(32)}`)
    .argument("<peer-id>", "its Ed25519 key, 64 hex characters", peerIdOption)
    .action((id: string, flags: AdminFlags) => call(flags, (node) => banPeer(node, id, flags)));
  add("backup", "write a backup on the node's own disk", " /var/backups/kairos")
    .argument("<folder>", "directory on the node's machine")
    .action((folder: string, flags: AdminFlags) => call(flags, (node) => backup(node, folder, flags)));
  add("shutdown", "stop the node as SIGTERM does").action((flags: AdminFlags) =>
    call(flags, async (node) => {
      await node.shutdown({});
      print(flags.json, {}, ["the node stops"]);
    }),
  );
}

/** Runs one call; what the node refuses becomes a person's mistake with the node's own words. */
async function call(flags: AdminFlags, run: (node: Admin) => Promise<void>): Promise<void> {
  const config = loadConfig({ path: flags.config, env: process.env });
  const node = createAdminClient(config.admin);
  try {
    await run(node);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const { rawMessage } = error;
    const hint = "is the node running, and are admin.listen_addr and admin.token_file its own?";
    throw new UserError("ADMIN_CALL", `the node did not do it: ${rawMessage}`, hint, { cause: error });
  }
}

async function metrics(node: Admin, flags: AdminFlags & { readonly prefix: string }): Promise<void> {
  const answer = await node.getMetrics({ prefix: flags.prefix });
  print(flags.json, toJson(GetMetricsResponseSchema, answer), [answer.text.trimEnd()]);
}

async function validators(node: Admin, flags: AdminFlags): Promise<void> {
  const answer = await node.getValidators({});
  const lines = answer.validators.map((one) => {
    const { index, name, address, isSelf, connected, latencyMs, score, finalizedHeight } = one;
    const state = isSelf ? "this node" : connected ? "connected" : "not connected";
    const details = connected ? `  ${(latencyMs ?? 0).toFixed(1)} ms  height ${finalizedHeight}  score ${score}` : "";
    return `${String(index).padStart(4)}  ${name.padEnd(16)} ${address.padEnd(24)} ${state}${details}`;
  });
  const summary = `${answer.connected} connected, ${answer.required} required`;
  print(flags.json, toJson(GetValidatorsResponseSchema, answer), [...lines, summary]);
}

async function refreshPeers(node: Admin, flags: AdminFlags): Promise<void> {
  const answer = await node.refreshPeers({});
  print(flags.json, toJson(RefreshPeersResponseSchema, answer), [`${answer.dialled} connections are being tried`]);
}

async function viewInfo(node: Admin, view: number, flags: AdminFlags): Promise<void> {
  const answer = await node.getViewDebugInfo({ view: BigInt(view) });
  print(flags.json, toJson(GetViewDebugInfoResponseSchema, answer), viewLines(answer));
}

function viewLines(info: MessageShape<typeof GetViewDebugInfoResponseSchema>): readonly string[] {
  const hex = (bytes: Uint8Array) => (bytes.length === 0 ? "none" : `0x${bytes.toHex()}`);
  const list = (signers: readonly number[]) => (signers.length === 0 ? "none" : signers.join(", "));
  return [
    `view ${info.view}: ${info.label}; leader ${info.leaderIndex ?? "not known"}`,
    ...info.digests.map(({ digest, signers }) => `block ${hex(digest)}: votes of ${list(signers)}`),
    `nullify: votes of ${list(info.nullifySigners)}`,
    ...info.certificates.map(({ kind, signers }) => `${kind}: signers ${list(signers)}`),
    `own: proposal ${hex(info.ownProposal)}, notarize ${hex(info.ownNotarize)}, nullify ${info.ownNullify ? "yes" : "no"}`,
    ...(info.votesKept ? [] : ["votes of this view are no longer kept"]),
  ];
}

async function logLevel(node: Admin, levels: string, flags: AdminFlags): Promise<void> {
  const answer = await node.setLogLevel({ levels });
  print(flags.json, toJson(SetLogLevelResponseSchema, answer), [`logs ${levels}; before: ${answer.previous}`]);
}

async function banPeer(node: Admin, id: string, flags: AdminFlags): Promise<void> {
  const answer = await node.banPeer({ peerId: Uint8Array.fromHex(id) });
  const minutes = Number(answer.durationMs) / 60_000;
  print(flags.json, toJson(BanPeerResponseSchema, answer), [`banned for ${minutes.toFixed(0)} minutes`]);
}

async function backup(node: Admin, folder: string, flags: AdminFlags): Promise<void> {
  const line = createProgressLine(process.stderr, "backing up", "rows");
  let file = "";
  let height = 0n;
  try {
    for await (const answer of node.backup({ destination: resolve(folder) })) {
      line.update(Number(answer.rowsDone), Number(answer.rowsTotal));
      file = answer.file;
      height = answer.height;
    }
  } finally {
    line.end();
  }
  print(flags.json, { file, height }, [`wrote ${file} at height ${height}`]);
}

function peerIdOption(text: string): string {
  const id = text.replace(/^0x/, "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(id)) throw new InvalidArgumentError("want 64 hex characters");
  return id;
}
