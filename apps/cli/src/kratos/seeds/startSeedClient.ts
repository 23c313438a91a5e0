import { randomInt } from "node:crypto";
import { type Digest, type Epoch, seconds } from "@polis/codec";
import { acceptPeerList, HEARTBEAT_INTERVAL_S, mergeCandidates, readPeerListJson, type SeedOffer } from "@polis/kratos";
import { fetchList } from "./fetchList.ts";
import { lookUpDns } from "./lookUpDns.ts";
import type { Seed } from "./parseSeed.ts";
import { type SeedStatus, sendHeartbeat } from "./sendHeartbeat.ts";
import { sendProof } from "./sendProof.ts";

/** What a node tells the part of it that talks to seed servers. */
export interface SeedClientOptions {
  /** Nobody is contacted when it is empty. */
  readonly seeds: readonly Seed[];
  /** Keys of the seed servers whose lists are accepted. */
  readonly seedKeys: readonly Digest[];
  /** Multiaddresses, always added. */
  readonly fallbackBootnodes: readonly string[];
  /** The chain's, or the pinned one while joining. Undefined: no signed list is taken and no heartbeat sent. */
  readonly genesisHash: () => Digest | undefined;
  /** Network key, 32 bytes. */
  readonly secret: Uint8Array;
  /** The key of an active validator, 32 bytes, and the epoch: proves to seed servers whose peer this is (kratos-core 12.5). */
  readonly validator?: { readonly secret: Uint8Array; readonly epoch: () => Epoch | undefined };
  /** Undefined while there is nothing to say. */
  readonly status: () => SeedStatus | undefined;
  readonly addPeers: (multiaddresses: readonly string[]) => void;
  readonly log: (level: "debug" | "info" | "warn", message: string, fields: Record<string, unknown>) => void;
  /** Unix milliseconds; the system's clock by default. */
  readonly nowMs?: () => number;
  readonly timing?: Partial<SeedTiming>;
}

/** How often things happen, in milliseconds. */
export interface SeedTiming {
  readonly heartbeatMs: number;
  /** Until a node that had nothing to say is asked again. */
  readonly silentMs: number;
  readonly lookupMs: number;
  /** Longest look-up (kratos-core 12.2). */
  readonly timeoutMs: number;
}

const usual: SeedTiming = {
  heartbeatMs: HEARTBEAT_INTERVAL_S * 1_000,
  silentMs: 10_000,
  lookupMs: 300_000,
  timeoutMs: 10_000,
};

/** A running client of seed servers. */
export interface SeedClient {
  /** Resolves when the first look-up is over, found or not. */
  readonly firstLookup: Promise<void>;
  /** Looks up again, for instance when peers are few. Never rejects. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Looks peers up at every seed by DNS and by its signed list, all at once, and adds the fallback bootnodes in any case; then
 * tells every seed every 120 s that this node is there (kratos-core 12.2, 12.4, 12.6).
 * @example startSeedClient({ seeds: [parseSeed("seed.example.org")], addPeers: p2p.addPeers, ... })
 */
export function startSeedClient(options: SeedClientOptions): SeedClient {
  const timing = { ...usual, ...options.timing };
  const stop = new AbortController();
  const running = new Set<Promise<void>>();
  const track = (work: Promise<void>): Promise<void> => {
    const kept = work.finally(() => running.delete(kept));
    running.add(kept);
    return kept;
  };
  const timers = new Set<NodeJS.Timeout>();
  const later = (delayMs: number, act: () => void) => {
    if (stop.signal.aborted) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, delayMs);
    timer.unref();
    timers.add(timer);
  };
  const refresh = () => track(lookUp(options, timing.timeoutMs, stop.signal));
  const lookUpAgain = () => later(timing.lookupMs, () => void refresh().then(lookUpAgain));
  // The epoch of the last proof that a seed took: it gets another one in the next, for it may have forgotten the peer.
  const proofs = new Map<Seed, Epoch>();
  const beat = (seed: Seed) => {
    void track(
      announce(options, seed, proofs, stop.signal).then((isSaid) =>
        later(isSaid ? timing.heartbeatMs : timing.silentMs, () => beat(seed)),
      ),
    );
  };
  const firstLookup = refresh();
  if (options.seeds.length > 0) void firstLookup.then(lookUpAgain);
  for (const seed of options.seeds) beat(seed);
  return {
    firstLookup,
    refresh,
    async close() {
      stop.abort();
      for (const timer of timers) clearTimeout(timer);
      await Promise.all(running);
    },
  };
}

async function lookUp(options: SeedClientOptions, timeoutMs: number, stop: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
  const offers = await Promise.all(options.seeds.map((seed) => askSeed(options, seed, signal)));
  if (stop.aborted) return;
  const found = mergeCandidates(offers, options.fallbackBootnodes, randomInt);
  if (options.seeds.length > 0) options.log("info", "asked the seeds for peers", { found: found.length });
  if (found.length > 0) options.addPeers(found);
}

/** Both ways to a seed's peers at once. The signed list first: it tells more. */
async function askSeed(options: SeedClientOptions, seed: Seed, signal: AbortSignal): Promise<SeedOffer> {
  const ways = await Promise.all([askList(options, seed, signal), lookUpDns(seed, signal)]);
  return { seed: seed.host, addresses: ways.flat() };
}

async function askList(options: SeedClientOptions, seed: Seed, signal: AbortSignal): Promise<readonly string[]> {
  const genesisHash = options.genesisHash();
  if (genesisHash === undefined || options.seedKeys.length === 0) return [];
  try {
    const read = readPeerListJson(await fetchList(seed, signal));
    const trust = { seedKeys: options.seedKeys, genesisHash };
    const accepted = read.ok ? acceptPeerList(read.value, trust, nowSeconds(options)) : read;
    if (accepted.ok) return accepted.value;
    const { code, detail } = accepted.fault;
    options.log("warn", "the list of a seed is refused", { server: seed.host, code, ...(detail && { detail }) });
  } catch (error) {
    options.log("debug", "a seed gives no list", { server: seed.host, reason: reasonOf(error) });
  }
  return [];
}

/** @returns whether there was something to say */
async function announce(
  options: SeedClientOptions,
  seed: Seed,
  proofs: Map<Seed, Epoch>,
  signal: AbortSignal,
): Promise<boolean> {
  const [status, genesisHash] = [options.status(), options.genesisHash()];
  if (status === undefined || genesisHash === undefined || status.addresses.length === 0) return false;
  try {
    const answer = await sendHeartbeat(seed, status, genesisHash, options.secret, nowMs(options), signal);
    if (answer.accepted) {
      options.log("debug", "a seed took the heartbeat", { server: seed.host });
      await prove(options, seed, genesisHash, proofs, signal);
    } else options.log("warn", "a seed refused the heartbeat", { server: seed.host, code: answer.error ?? "" });
  } catch (error) {
    if (!signal.aborted)
      options.log("debug", "a seed took no heartbeat", { server: seed.host, reason: reasonOf(error) });
  }
  return true;
}

async function prove(
  { validator, secret, log }: SeedClientOptions,
  seed: Seed,
  genesisHash: Digest,
  proofs: Map<Seed, Epoch>,
  signal: AbortSignal,
): Promise<void> {
  const epoch = validator?.epoch();
  if (validator === undefined || epoch === undefined || proofs.get(seed) === epoch) return;
  const answer = await sendProof(seed, { genesisHash, epoch, network: secret, validator: validator.secret }, signal);
  if (answer.accepted) proofs.set(seed, epoch);
  log("debug", "a seed judged the proof of the validator", { server: seed.host, code: answer.error ?? "accepted" });
}

function nowMs({ nowMs: clock = Date.now }: SeedClientOptions): number {
  return clock();
}

function nowSeconds(options: SeedClientOptions) {
  return seconds(Math.floor(nowMs(options) / 1_000));
}

function reasonOf(error: unknown): string {
  const text =
    error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
  return text.slice(0, 200);
}
