import { z } from "zod";
import { absent, key } from "./key.ts";
import { amount, bool, byteSize, duration, integer, listenAddress, oneOf, peerAddress, text, texts } from "./values.ts";

const hex32 = z.string().regex(/^(0x)?[0-9a-fA-F]{64}$/, "32 bytes of hex");
const hex48 = z.string().regex(/^(0x)?[0-9a-fA-F]{96}$/, "48 bytes of hex");

const peer = z.strictObject(
  {
    ed25519_public_key: hex32,
    bls_public_key: hex48.optional(),
    bls_peer_id: text.optional(),
    address: peerAddress.optional(),
  },
  { error: "{ed25519_public_key, bls_public_key?, bls_peer_id?, address?}" },
);

const localNames = ["localhost"];

/** Of every listener that callers reach: without TLS it stays on this computer unless plaintext is allowed (Z31, Z33). */
export const tlsKeys = {
  tls_cert: absent(text, "cert.pem", "certificate file; with it the listener speaks TLS"),
  tls_key: absent(text, "key.pem", "key file of the certificate"),
  allow_plaintext: key(bool, false, "listen without TLS also on addresses that other computers reach"),
} as const;

export const p2pKeys = {
  listen_addr: key(listenAddress, "0.0.0.0:9000", "where peers connect"),
  external_addr: absent(listenAddress, "203.0.113.7:9000", "address told to peers; the listen address by default"),
  validators: key(z.array(peer, { error: "a list of peers" }), [], "peers and where they are"),
  total_number_peers: absent(integer(1, 1_024), 6, "must agree with n"),
  maximum_number_faulty_peers: absent(integer(0, 204), 1, "must agree with f"),
  cluster_id: key(text, "kairos", "peers of another cluster are refused"),
  max_message_size: absent(byteSize, "2112 KiB", "longest frame; block.maxBytes + 64 KiB by default"),
  message_backlog: key(integer(1, 1_000_000), 1_024, "queue length per stream"),
  consensus_rate_per_second: key(integer(1), 1_000, "consensus frames per peer"),
  tx_rate_per_second: key(integer(1), 5_000, "transactions per peer"),
  sync_rate_per_second: key(integer(1), 20, "sync requests per peer"),
  bytes_per_second: key(byteSize, "16 MiB", "bytes per peer"),
  bootstrap_timeout_ms: key(integer(0), 30_000, "time to reach peers before starting"),
  ping_interval_ms: key(integer(1), 500, "time between pings"),
  tx_broadcast_queue_size: key(integer(1), 100_000, "transactions waiting to be sent"),
  rpc_mode: key(bool, false, "accept followers"),
  max_rpc_connections: key(integer(0, 100_000), 100, "followers at a time"),
  rpc_allow: key(z.array(hex32, { error: "a list of Ed25519 keys" }), [], "followers that may connect; all by default"),
  bootnodes: key(
    z.array(z.string().regex(/^(0x)?[0-9a-fA-F]{64}@\S+$/, "key@host:port"), { error: "a list of key@host:port" }),
    [],
    "followers that a follower asks beside the validators: ed25519 key@host:port",
  ),
  dns_seeds: key(texts, [], "names whose TXT records kairos-peer=<key>@host:port are further bootnodes of a follower"),
  outbound: key(integer(0, 1_000), 8, "connections that this node opens"),
  max_clock_skew: key(duration, "60s", "largest clock difference in a handshake"),
  sync_bandwidth_percent: key(integer(1, 100), 25, "share of the bandwidth for answering sync"),
} as const;

export const rpcKeys = {
  enabled: key(bool, true, "serve gRPC, gRPC-Web and Connect"),
  listen_addr: key(listenAddress, "127.0.0.1:50051", "their address"),
  peer_id: absent(z.union([integer(0, 1_023), text]), 0, "derived; must agree with the identity when given"),
  network: absent(oneOf(["local", "devnet", "testnet", "mainnet"]), "local", "derived; must agree when given"),
  total_validators: absent(integer(1, 1_024), 6, "derived; must agree with n when given"),
  f: absent(integer(0, 204), 1, "derived; must agree when given"),
  max_concurrent_streams: key(integer(1, 100_000), 100, "streams per connection"),
  request_timeout_secs: key(integer(1, 86_400), 30, "longest request"),
  max_message_bytes: key(byteSize, "4 MiB", "longest message"),
  max_connections: key(integer(1, 100_000), 1_000, "connections at a time"),
  max_streams_per_client: key(integer(0, 100_000), 32, "streaming calls of a client at a time"),
  rate_limit_per_second: key(integer(0), 200, "requests per client; 0 switches the limit off"),
  rate_limit_burst: key(integer(1), 400, "requests that a client can save up"),
  ...tlsKeys,
  cors_origins: key(texts, [], "origins for gRPC-Web"),
  allowed_hosts: key(
    texts,
    localNames,
    "names under which HTTP/1.1 callers reach the node, or *; addresses always pass",
  ),
} as const;

export const jsonrpcKeys = {
  enabled: key(bool, true, "serve JSON-RPC"),
  listen_addr: key(listenAddress, "127.0.0.1:8545", "its address"),
  max_request_bytes: key(byteSize, "5 MiB", "longest request body"),
  max_response_bytes: key(byteSize, "25 MiB", "longest response"),
  max_batch: key(integer(1, 100_000), 100, "entries of a batch"),
  max_connections: key(integer(1, 100_000), 500, "connections at a time"),
  max_subscriptions: key(integer(0, 100_000), 64, "subscriptions per socket"),
  logs_max_range: key(integer(1), 10_000, "blocks of an eth_getLogs"),
  logs_max_results: key(integer(1), 20_000, "results of an eth_getLogs"),
  call_gas_cap: key(integer(21_000), 50_000_000, "gas of an eth_call"),
  call_timeout_ms: key(integer(1), 5_000, "longest call"),
  trace_timeout_ms: key(integer(1), 30_000, "longest trace"),
  fee_history_max: key(integer(1), 1_024, "blocks of an eth_feeHistory"),
  max_filters: key(integer(0), 1_000, "filters at a time"),
  filter_ttl: key(duration, "5m", "idle time after which a filter is dropped"),
  sync_max_timeout_ms: key(integer(1), 10_000, "longest eth_sendRawTransactionSync"),
  simulate: key(bool, true, "serve eth_simulateV1"),
  public_pending: key(bool, true, "show what waits in the pool: txpool_*, pending filters, subscriptions"),
  rate_limit_per_second: key(integer(0), 500, "requests per client; 0 switches the limit off"),
  rate_limit_burst: key(integer(1), 1_000, "requests that a client can save up"),
  cors_origins: key(texts, [], "exact origins, or *"),
  ...tlsKeys,
  allowed_hosts: key(texts, [...localNames, "127.0.0.1", "[::1]"], "names under which the node is called, or *"),
  namespaces: key(texts, ["eth", "net", "web3", "kairos"], "enabled groups of methods"),
} as const;

export const mempoolKeys = {
  max_transactions: key(integer(1, 10_000_000), 50_000, "transactions in both pools"),
  max_bytes: key(byteSize, "256 MiB", "bytes in both pools"),
  max_pending_per_sender: key(integer(1), 1_024, "executable transactions of one sender"),
  max_queued_per_sender: key(integer(0), 64, "waiting transactions of one sender"),
  max_per_fee_payer: key(integer(1), 256, "transactions of one fee payer"),
  max_nonce_gap: key(integer(0), 64, "how far ahead a nonce may be"),
  min_fee_cap: absent(amount, "47619047620", "lowest price per gas; fees.floor by default"),
  min_replacement_bump_percent: key(integer(0, 1_000), 10, "how much more a replacement pays"),
  ttl: key(duration, "3h", "how long a transaction waits"),
  regossip_interval: key(duration, "30s", "when a waiting transaction is announced again"),
  build_deadline: key(duration, "50ms", "longest time to build a block"),
  payment_lane_percent: key(integer(0, 100), 0, "block gas kept for payments"),
  persist: key(bool, true, "keep the pool over a restart"),
} as const;
