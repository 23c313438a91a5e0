import { Resolver } from "node:dns/promises";
import type { Logger } from "@polis/ports";
import { readUpstream } from "./upstream.ts";

/** Looks up the TXT records of a name, each in its pieces. */
export type LookUpTxt = (name: string) => Promise<readonly (readonly string[])[]>;

/** How the names of `p2p.dns_seeds` are asked. */
export interface SeedOptions {
  readonly p2p: { readonly dnsSeeds: readonly string[]; readonly bootnodes: readonly string[] };
  readonly logger: Logger;
  /** Replaced only by tests. */
  readonly lookUp?: LookUpTxt;
  /** Calls once after some time, unless the returned function is called first; replaced only by tests. */
  readonly after?: (ms: number, run: () => void) => () => void;
}

const PREFIX = "kairos-peer=";
const MAX_NAMES = 16;
const MAX_PEERS = 64;
const TIMEOUT_MS = 3_000;
/** Time from the end of one round of questions to the next: as long as such records usually live. */
const PAUSE_MS = 300_000;

/**
 * The peers that the names of `p2p.dns_seeds` hold, asked again and again (kairos N13). A name holds one TXT record per
 * peer: `kairos-peer=<Ed25519 key>@host:port`. The key is pinned, so a forged answer can hide peers, and not stand in for
 * them. What cannot be read is left out, and a name that does not answer keeps its last answer; both are said.
 * @example
 * const seeds = new DnsSeeds({ p2p: config.p2p, logger });
 * const bootnodes = await seeds.ask();
 * seeds.watch((changed) => node.setBootnodes(changed));
 */
export class DnsSeeds {
  readonly #options: SeedOptions;
  readonly #names: readonly string[];
  readonly #answers = new Map<string, readonly string[]>();
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: SeedOptions) {
    this.#options = options;
    this.#names = options.p2p.dnsSeeds.slice(0, MAX_NAMES);
  }

  /** Asks all names once. @returns the configured bootnodes and what the names hold, each once */
  async ask(): Promise<readonly string[]> {
    await Promise.all(this.#names.map((name) => this.#askOne(name)));
    const { bootnodes } = this.#options.p2p;
    const found = this.#names.flatMap((name) => this.#answers.get(name) ?? []);
    return [...new Set([...bootnodes, ...found])].slice(0, bootnodes.length + MAX_PEERS);
  }

  /** Asks every five minutes until `stop`, one round after the other; without names it does nothing. */
  watch(onPeers: (peers: readonly string[]) => void): void {
    if (this.#stopped || this.#names.length === 0) return;
    this.#cancel = (this.#options.after ?? afterMs)(PAUSE_MS, () => {
      void this.ask().then((peers) => {
        if (this.#stopped) return;
        onPeers(peers);
        this.watch(onPeers);
      });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** Throws nothing: a name that cannot be asked is said, and what it held stays. */
  async #askOne(name: string): Promise<void> {
    const { logger, lookUp = lookUpTxt } = this.#options;
    try {
      const records = (await lookUp(name)).map((pieces) => pieces.join(""));
      const entries = records.filter((text) => text.startsWith(PREFIX)).map((text) => text.slice(PREFIX.length));
      const good = entries.filter(isUpstream).slice(0, MAX_PEERS);
      const isNews = this.#answers.get(name)?.join() !== good.join();
      this.#answers.set(name, good);
      logger.log(isNews ? "info" : "debug", "a name was asked for peers", {
        name,
        peers: good.length,
        unreadable: entries.length - entries.filter(isUpstream).length,
      });
    } catch (error) {
      logger.log("warn", "a name could not be asked for peers", { name, error: String(error) });
    }
  }
}

function isUpstream(entry: string): boolean {
  try {
    readUpstream(entry);
    return true;
  } catch {
    return false;
  }
}

function lookUpTxt(name: string): Promise<readonly (readonly string[])[]> {
  return new Resolver({ timeout: TIMEOUT_MS, tries: 2 }).resolveTxt(name);
}

function afterMs(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => clearTimeout(timer);
}
