import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyFileContent } from "@polis/crypto";
import { createPaymentSigner } from "@polis/kairos";
import { stringify } from "smol-toml";
import { UserError } from "../errors.ts";
import { generateIdentity, type Identity, osEntropy, shareFiles, validatorEntry } from "../keys/identity.ts";
import { writeKeyFile } from "../keys/keyFile.ts";
import { markFresh, markFreshData } from "../run/freshMark.ts";
import { type BuiltGenesis, buildGenesis } from "./buildGenesis.ts";
import { CONTAINER_DATA, type ContainerNetwork, containerAddresses, containerSections } from "./containers.ts";

/** First port of each kind; node i takes the one i further (metrics: 9090, then 9092 and on, as kairos 18.3). */
export interface BasePorts {
  readonly p2p: number;
  readonly jsonRpc: number;
  readonly grpc: number;
  readonly visualizer: number;
  readonly metrics: number;
}

export interface NetworkRequest {
  /** Folder that gets `node0` … `node<n-1>`, `genesis.json` and `accounts.json`; made if missing. */
  readonly dir: string;
  readonly n: number;
  readonly f: number;
  readonly network?: "local" | "devnet";
  /** 52470 on local, 52471 on devnet by default (kairos X8). */
  readonly chainId?: number;
  readonly scheme?: "multisig" | "threshold";
  readonly host?: string;
  readonly basePorts?: Partial<BasePorts>;
  /** More balances, in 10^-18 USDC, by address with or without 0x. */
  readonly alloc?: Readonly<Record<string, bigint>>;
  /** Fresh funded Ed25519 accounts, the first of them the faucet. */
  readonly accounts?: number;
  readonly visualizer?: boolean;
  /** Each node in a container of its own, with the same ports in all of them; `host` and `basePorts` are not used. */
  readonly containers?: ContainerNetwork;
  /** Keys by section over those that are generated, for example `{ jsonrpc: { rate_limit_per_second: 0 } }`. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Other fields of the genesis document. */
  readonly genesis?: Readonly<Record<string, unknown>>;
  /** Replaced only by tests. */
  readonly entropy?: (bytes: number) => Uint8Array;
}

export interface GeneratedNode {
  readonly index: number;
  readonly dir: string;
  readonly configPath: string;
  readonly p2p: string;
  readonly jsonRpc: string;
  readonly metrics: string;
}

export interface FundedAccount {
  readonly name: string;
  /** 0x and 40 hex characters. */
  readonly address: string;
  readonly kind: "ed25519";
  /** 64 hex characters. */
  readonly secret: string;
  /** 10^-18 USDC as decimal text. */
  readonly balance: string;
}

export interface GeneratedNetwork {
  readonly genesisPath: string;
  readonly genesisHash: string;
  readonly chainId: number;
  readonly nodes: readonly GeneratedNode[];
  readonly accountsPath: string;
  readonly accounts: readonly FundedAccount[];
}

const defaultPorts: BasePorts = { p2p: 9000, jsonRpc: 8545, grpc: 50051, visualizer: 8080, metrics: 9090 };
/** A million USDC for each test account. */
const fundedBalance = 1_000_000n * 10n ** 18n;

/**
 * Writes everything a local network of n validators needs: keys (mode 0600), one genesis, one config.toml per node with
 * all peers in it, and funded accounts (kairos 18.3 `generate-configs`). Paths in the files are relative, so the folder
 * may be moved.
 * @throws UserError when a file exists already, or n < 5f+1
 * @example generateNetwork({ dir: "node/config", n: 6, f: 1 }).nodes[0].configPath
 */
export function generateNetwork(request: NetworkRequest): GeneratedNetwork {
  const { dir, n, f } = request;
  if (!Number.isInteger(n) || !Number.isInteger(f) || f < 0 || n < 5 * f + 1 || n > 1_024) {
    const hint = "n must be at least 5f+1 and at most 1024";
    throw new UserError("NETWORK_SIZE", `n = ${n} and f = ${f} do not fit`, hint);
  }
  const network = request.network ?? "local";
  const chainId = request.chainId ?? (network === "local" ? 52_470 : 52_471);
  const entropy = request.entropy ?? osEntropy;
  const nodes = Array.from({ length: n }, (_, index) => describeNode(request, index));
  const identities = nodes.map(() => generateIdentity(entropy));
  const entries = identities.map((identity, i) =>
    validatorEntry(identity, { chainId, name: `node${i}`, address: nodes[i]!.p2p }),
  );
  const accounts = Array.from({ length: request.accounts ?? 10 }, (_, i) => fundedAccount(i, entropy));
  const scheme = request.scheme ?? "multisig";
  const built = buildGenesis({
    chainId,
    network,
    f,
    validators: entries,
    alloc: allocation(request, accounts),
    scheme,
    dealEntropy: scheme === "threshold" ? entropy(32) : undefined,
    ...(request.genesis === undefined ? {} : { more: request.genesis }),
  });
  const genesisPath = join(dir, "genesis.json");
  const accountsPath = join(dir, "accounts.json");
  mkdirSync(dir, { recursive: true });
  writeNew(genesisPath, built.text, 0o644);
  writeNew(accountsPath, `${JSON.stringify(accounts, undefined, 2)}\n`, 0o600);
  nodes.forEach((node, i) => {
    mkdirSync(node.dir, { recursive: true });
    writeKeys(node.dir, identities[i]!, built, i);
    markUnsigned(request, node);
    writeNew(node.configPath, configText(request, nodes, identities, node, network), 0o644);
  });
  return { genesisPath, genesisHash: built.hash, chainId, nodes, accountsPath, accounts };
}

function describeNode(request: NetworkRequest, index: number): GeneratedNode {
  const ports = { ...defaultPorts, ...request.basePorts };
  const host = request.host ?? "127.0.0.1";
  const dir = join(request.dir, `node${index}`);
  if (request.containers !== undefined) {
    const [p2p, jsonRpc, metrics] = containerAddresses(request.containers, index);
    return { index, dir, configPath: join(dir, "config.toml"), p2p, jsonRpc, metrics };
  }
  return {
    index,
    dir,
    configPath: join(dir, "config.toml"),
    p2p: `${host}:${ports.p2p + index}`,
    jsonRpc: `${host}:${ports.jsonRpc + index}`,
    // 9091 belongs to Prometheus (kairos 20.1).
    metrics: `${host}:${ports.metrics + (index === 0 ? 0 : index + 1)}`,
  };
}

function fundedAccount(index: number, entropy: (bytes: number) => Uint8Array): FundedAccount {
  const secret = entropy(32);
  const { address } = createPaymentSigner(1, secret);
  const name = index === 0 ? "faucet" : `account${index}`;
  return { name, address: `0x${address}`, kind: "ed25519", secret: secret.toHex(), balance: `${fundedBalance}` };
}

function allocation(request: NetworkRequest, accounts: readonly FundedAccount[]): Record<string, { balance: string }> {
  const alloc: Record<string, { balance: string }> = {};
  for (const { address, balance } of accounts) alloc[address] = { balance };
  for (const [address, balance] of Object.entries(request.alloc ?? {})) {
    alloc[address.startsWith("0x") ? address : `0x${address}`] = { balance: `${balance}` };
  }
  return alloc;
}

function markUnsigned({ containers }: NetworkRequest, node: GeneratedNode): void {
  if (containers === undefined) {
    markFresh(node.dir);
    return;
  }
  // Keys are mounted read-only there; the state folder is what a container may write.
  const state = join(node.dir, "state");
  mkdirSync(state, { mode: 0o700 });
  markFreshData(join(state, CONTAINER_DATA));
}

function writeKeys(dir: string, identity: Identity, { dealing }: BuiltGenesis, i: number): void {
  writeKeyFile(join(dir, "bls.key"), identity.bls);
  writeKeyFile(join(dir, "ed25519.key"), identity.ed25519);
  if (dealing === undefined) return;
  const files = shareFiles(join(dir, "share.key"));
  const share = (kind: "share_m" | "share_l", from: typeof dealing.m): KeyFileContent => ({
    kind,
    secret: from.shares[i]!,
    publicKey: from.shareKeys[i]!,
  });
  writeKeyFile(files.m, share("share_m", dealing.m));
  writeKeyFile(files.l, share("share_l", dealing.l));
}

function configText(
  request: NetworkRequest,
  nodes: readonly GeneratedNode[],
  identities: readonly Identity[],
  node: GeneratedNode,
  network: string,
): string {
  const { n, f } = request;
  const ports = { ...defaultPorts, ...request.basePorts };
  const host = request.host ?? "127.0.0.1";
  const sections: Record<string, Record<string, unknown>> = {
    genesis: { path: "../genesis.json" },
    consensus: { n, f, network },
    storage: { path: "data" },
    p2p: { listen_addr: node.p2p, external_addr: node.p2p, total_number_peers: n, maximum_number_faulty_peers: f },
    rpc: { listen_addr: `${host}:${ports.grpc + node.index}` },
    jsonrpc: { listen_addr: node.jsonRpc },
    identity: { bls_secret_key_path: "bls.key", ed25519_secret_key_path: "ed25519.key", generate_if_missing: false },
    metrics: { enabled: true, listen_address: node.metrics },
    visualizer: { enabled: request.visualizer ?? false, listen_address: `${host}:${ports.visualizer + node.index}` },
  };
  if (request.containers !== undefined)
    Object.assign(sections, containerSections(sections, request.containers, node.index));
  if (request.scheme === "threshold") sections.identity!.share_key_path = "share.key";
  for (const [section, keys] of Object.entries(request.settings ?? {})) {
    sections[section] = { ...sections[section], ...keys };
  }
  sections.p2p!.validators = nodes.map((peer, i) => ({
    ed25519_public_key: identities[i]!.ed25519.publicKey.toHex(),
    bls_public_key: identities[i]!.bls.publicKey.toHex(),
    address: peer.p2p,
  }));
  return `# Validator ${node.index} of ${n}. config.example.toml documents every key.\n\n${stringify(sections)}\n`;
}

function writeNew(path: string, text: string, mode: number): void {
  try {
    writeFileSync(path, text, { flag: "wx", mode });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === "EEXIST";
    const hint = exists ? "choose another folder, or remove this one first" : "check the folder and its permissions";
    throw new UserError("NETWORK_FILE", `cannot write ${path}${exists ? ": it exists already" : ""}`, hint, { cause });
  }
}
