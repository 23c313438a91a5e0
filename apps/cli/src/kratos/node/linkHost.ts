import {
  type LinkEffect,
  type LinkEvent,
  type PeerName,
  type Protocol,
  protocols,
  type Topic,
  topics,
} from "@polis/kratos";
import type { GossipVerdict, P2p, P2pHandlers } from "@polis/p2p";

/** Who is stepped with what the network brings. Returns the verdict on gossip, when the event was gossip. */
export type LinkListener = (event: LinkEvent) => GossipVerdict;

/** What a link does that is no effect of a machine. */
export type LinkLog = (
  level: "trace" | "debug" | "warn",
  message: string,
  fields: Record<string, string | number>,
) => void;

const topicOf = new Map<string, Topic>((Object.keys(topics) as Topic[]).map((name) => [topics[name], name]));
const protocolOf = new Map<string, Protocol>(
  (Object.keys(protocols) as Protocol[]).map((name) => [protocols[name], name]),
);

/**
 * The network as machines see it: callbacks become events, effects become calls. One machine listens at a time: at first
 * the one that joins the chain, then the node; each is told of the peers that are there.
 */
export class LinkHost {
  readonly #log: LinkLog;
  readonly #onBanned: (peer: PeerName, untilMs: number, code: string) => void;
  readonly #asked = new Map<number, (answer: Uint8Array | undefined) => void>();
  #p2p: P2p | undefined;
  #listener: LinkListener | undefined;
  #nextId = 1;

  /** @param onBanned told of a peer that the network itself banned for breaking its limits */
  constructor(log: LinkLog, onBanned: (peer: PeerName, untilMs: number, code: string) => void) {
    this.#log = log;
    this.#onBanned = onBanned;
  }

  /** For the options of the network. */
  readonly handlers: P2pHandlers = {
    connected: (peer) => void this.#tell({ kind: "connected", peer }),
    disconnected: (peer) => void this.#tell({ kind: "disconnected", peer }),
    gossip: (name, from, bytes) => {
      const topic = topicOf.get(name);
      return topic === undefined ? "ignore" : this.#tell({ kind: "gossip", id: this.#nextId++, topic, from, bytes });
    },
    request: (name, peer, bytes, signal) => this.#request(name, peer, bytes, signal),
    banned: (peer, untilMs, code) => this.#onBanned(peer, untilMs, code),
  };

  /** The network, once it runs. */
  use(p2p: P2p): void {
    this.#p2p = p2p;
  }

  /** From now on this one listens; undefined: nobody does, gossip is ignored and requests are refused. */
  listen(listener: LinkListener | undefined): void {
    for (const refuse of this.#asked.values()) refuse(undefined);
    this.#asked.clear();
    this.#listener = listener;
    if (listener === undefined) return;
    for (const peer of this.#p2p?.peers() ?? []) this.#tell({ kind: "connected", peer });
  }

  /** Carries out an effect. A verdict is taken from the step itself and is nothing to do here. */
  carry(effect: LinkEffect): void {
    const p2p = this.#p2p;
    if (p2p === undefined) return;
    switch (effect.kind) {
      case "publish":
        p2p.publish(topics[effect.topic], effect.bytes).catch((error: unknown) => {
          this.#log("debug", "a message was not published", { topic: effect.topic, reason: textOf(error) });
        });
        return;
      case "request":
        void this.#ask(p2p, effect);
        return;
      case "respond":
        this.#settle(effect.id, effect.bytes);
        return;
      case "refuse":
        this.#settle(effect.id, undefined);
        return;
      case "disconnect":
        this.#log("debug", "disconnecting a peer", { peer: effect.peer, reason: effect.reason });
        p2p.disconnect(effect.peer);
        return;
      case "ban":
        this.#log("warn", "a peer is banned", {
          ...{ peer: effect.peer, reason: effect.reason, until: new Date(effect.until).toISOString() },
        });
        p2p.ban(effect.peer, effect.until);
        return;
      case "verdict":
        return;
    }
  }

  #tell(event: LinkEvent): GossipVerdict {
    return this.#listener?.(event) ?? "ignore";
  }

  async #ask(p2p: P2p, { id, peer, protocol, bytes }: LinkEffect & { kind: "request" }): Promise<void> {
    const listener = this.#listener;
    const answer = await p2p.request(protocols[protocol], peer, bytes);
    const got = typeof answer === "string" ? answer : `${answer.length} bytes`;
    this.#log("trace", "asked a peer", { peer, protocol, kind: bytes[0] ?? -1, got });
    // What an earlier machine asked is of no interest to the one that listens now.
    if (listener === this.#listener) this.#tell({ kind: "answer", id, peer, answer });
  }

  #request(name: string, peer: PeerName, bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array | undefined> {
    const protocol = protocolOf.get(name);
    if (protocol === undefined || this.#listener === undefined || signal.aborted) return Promise.resolve(undefined);
    const id = this.#nextId++;
    const answer = new Promise<Uint8Array | undefined>((resolve) => this.#asked.set(id, resolve));
    signal.addEventListener("abort", () => this.#settle(id, undefined), { once: true });
    this.#tell({ kind: "request", id, peer, protocol, bytes });
    return answer;
  }

  #settle(id: number, answer: Uint8Array | undefined): void {
    const resolve = this.#asked.get(id);
    this.#asked.delete(id);
    resolve?.(answer);
  }
}

/** The verdict on gossip among the effects of the step that judged it: they come before any barrier. */
export function verdictAmong(effects: readonly { readonly kind: string }[]): GossipVerdict {
  const found = effects.find((effect): effect is LinkEffect & { kind: "verdict" } => effect.kind === "verdict");
  return found?.verdict ?? "ignore";
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
