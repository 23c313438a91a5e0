import { z } from "zod";
import { absent, type Key, key, needed } from "./key.ts";
import { jsonrpcKeys, mempoolKeys, p2pKeys, rpcKeys, tlsKeys } from "./schemaNetwork.ts";
import {
  amount,
  bool,
  byteSize,
  duration,
  httpUrl,
  integer,
  listenAddress,
  logLevels,
  oneOf,
  peerAddress,
  ratio,
  signerAddress,
  text,
  texts,
} from "./values.ts";

const bytesHex = (bytes: number) =>
  z.string().regex(new RegExp(`^(0x)?[0-9a-fA-F]{${bytes * 2}}$`), `${bytes} bytes of hex`);

const inlinePeer = z.union(
  [
    z.string().regex(/^(0x)?[0-9a-fA-F]{96}(:(0x)?[0-9a-fA-F]{192})?$/),
    z.strictObject({
      bls_public_key: bytesHex(48),
      bls_pop: bytesHex(96).optional(),
      p2p_public_key: bytesHex(32).optional(),
      p2p_binding: bytesHex(96).optional(),
      fee_address: bytesHex(20).optional(),
      name: text.optional(),
      address: peerAddress.optional(),
      share_key_m: bytesHex(48).optional(),
      share_key_l: bytesHex(48).optional(),
    }),
  ],
  { error: "a BLS key as hex[:pop], or an entry of the genesis validator list" },
);

const inlineAccount = z.strictObject(
  { address: bytesHex(20).optional(), public_key: bytesHex(32).optional(), balance: amount },
  { error: "{address or public_key, balance}" },
);

/** Every key of kairos 18.2, by section. The example file, the type of a configuration and all checks come from here. */
export const schema = {
  genesis: {
    path: absent(text, "genesis.json", "genesis file; overrides inline validators and accounts"),
  },
  consensus: {
    n: absent(integer(1, 1_024), 6, "number of validators; from genesis; must equal it when both are given"),
    f: absent(integer(0, 204), 1, "faults tolerated; from genesis; n >= 5f+1"),
    view_timeout: key(duration, "2s", "first timeout of a view"),
    max_view_timeout: key(duration, "60s", "longest timeout of a view"),
    leader_manager: key(oneOf(["RoundRobin", "Random"]), "RoundRobin", "must equal genesis"),
    network: key(oneOf(["local", "devnet", "testnet", "mainnet"]), "local", "which network this node is for"),
    peers: key(z.array(inlinePeer, { error: "a list of validators" }), [], "inline validators, on local and devnet"),
    genesis_accounts: key(z.array(inlineAccount, { error: "a list of accounts" }), [], "inline allocation"),
    min_block_interval: key(duration, "0ms", "shortest time between blocks of this proposer"),
    empty_block_interval: key(duration, "1s", "how long a leader waits for transactions"),
    max_view_lead: key(integer(1, 1_000_000), 64, "views ahead of finality; must equal genesis"),
    future_window: key(integer(1, 1_000_000), 256, "views ahead for which messages are kept"),
    skip_inactive_views: key(
      integer(0, 1_000_000),
      32,
      "views of silence after which a leader's view is left early; 0 disables",
    ),
    max_clock_drift_future: key(duration, "1s", "how far a proposed block may be ahead of the local clock"),
    max_clock_drift_past: key(duration, "30s", "how far a proposed block may be behind the local clock"),
  },
  storage: {
    path: needed(text, "data", "directory of the database; required"),
    history: key(
      oneOf(["full", "archive", "pruned"]),
      "full",
      "how much history is kept: all states, all blocks, or the newest blocks",
    ),
    keep_blocks: key(integer(1), 1_000_000, "newest blocks that a pruned node keeps"),
    map_size: key(byteSize, "1 TiB", "virtual size of the database map"),
    sync: key(bool, true, "wait for the disk on every finalized block; votes always wait"),
  },
  p2p: p2pKeys,
  rpc: rpcKeys,
  jsonrpc: jsonrpcKeys,
  admin: {
    enabled: key(bool, false, "serve the admin interface"),
    listen_addr: key(listenAddress, "127.0.0.1:50151", "its address"),
    token_file: absent(text, "admin.token", "file with the token that callers must show"),
    ...tlsKeys,
  },
  identity: {
    bls_secret_key_path: absent(text, "bls.key", "file of the BLS secret key"),
    ed25519_secret_key_path: absent(text, "ed25519.key", "file of the Ed25519 secret key"),
    share_key_path: absent(text, "share.key", "file of the threshold shares"),
    remote_signer: absent(
      signerAddress,
      "unix:/run/kairos/signer.sock",
      "a `kairos signer` that holds the BLS key and the shares; or tls://host:port/<its Ed25519 key>",
    ),
    remote_signer_timeout: key(duration, "500ms", "longest wait for one signature of the remote signer"),
    password_file: absent(text, "password", "file with the keystore password; or KAIROS_KEY_PASSWORD"),
    allow_insecure_permissions: key(bool, false, "accept key files that others can read"),
    generate_if_missing: absent(bool, true, "create missing keys; true on local, false elsewhere"),
  },
  mempool: mempoolKeys,
  channels: {
    store_path: absent(text, "channels", "directory of channel states"),
    watchtowers: key(texts, [], "watchtowers to inform"),
    min_reserve: absent(amount, "1000000", "smallest reserve of a channel, 6 decimals"),
    htlc_delta: absent(duration, "1h", "time between the locks of two hops"),
    htlc_safety: absent(duration, "10m", "time kept for claiming on chain"),
    default_challenge_period: absent(duration, "24h", "challenge period of new channels"),
  },
  metrics: {
    enabled: key(bool, false, "serve /metrics, /healthz and /readyz"),
    listen_address: key(listenAddress, "127.0.0.1:9090", "their address"),
    ...tlsKeys,
  },
  visualizer: {
    enabled: key(bool, false, "serve the consensus visualizer"),
    listen_address: key(listenAddress, "127.0.0.1:8080", "its address"),
    cors_origins: key(texts, [], "origins that may read it"),
    allowed_hosts: key(texts, ["localhost"], "names under which it is reached, or *; addresses always pass"),
    ...tlsKeys,
  },
  logging: {
    level: key(
      logLevels,
      "info",
      "error, warn, info, debug or trace; then module=level for consensus, p2p, jsonrpc, grpc, calls, visualizer, signer",
    ),
    format: key(oneOf(["terminal", "json"]), "terminal", "how lines look"),
    file: absent(text, "kairos.log", "also write lines to this file"),
    max_size_mb: key(integer(1, 100_000), 100, "size at which the file is rotated"),
    max_files: key(integer(1, 1_000), 5, "rotated files kept"),
  },
  health: {
    stall_after: key(duration, "30s", "time without finality after which the node is not ready"),
  },
  tracing: {
    enabled: key(bool, false, "follow payments and send their spans to a collector"),
    otlp_endpoint: key(httpUrl, "http://127.0.0.1:4318/v1/traces", "its address for OTLP over HTTP"),
    sample_ratio: key(ratio, 0.01, "part of the payments that is followed, 0 to 1"),
  },
  workers: {
    signature: absent(integer(0, 1_024), 2, "signature workers; chosen by the number of cores"),
    execution: key(integer(0, 1_024), 1, "threads for calls of JSON-RPC; 0 answers them in the thread of consensus"),
  },
} as const satisfies Record<string, Record<string, Key<unknown>>>;

type Schema = typeof schema;
type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;
type ValueOf<K> = K extends Key<infer T> ? T : never;

/** The effective configuration: camelCase keys, durations in milliseconds, sizes in bytes, addresses taken apart. */
export type Config = {
  readonly [Section in keyof Schema & string]: {
    readonly [Name in keyof Schema[Section] & string as Camel<Name>]: ValueOf<Schema[Section][Name]>;
  };
};
