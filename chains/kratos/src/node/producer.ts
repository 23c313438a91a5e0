import type { Slot } from "@polis/codec";
import { vrfInput } from "@polis/slots";
import { blockHash } from "../block/header.ts";
import { leaderAt } from "../block/leaderAt.ts";
import { type BlockPreview, previewBlock } from "../block/previewBlock.ts";
import { type DoneBlock, produceBlock } from "../block/produceBlock.ts";
import { selectTransactions } from "../pool/selectTransactions.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";
import type { NodeCore } from "./core.ts";
import type { ValidatorKey } from "./options.ts";
import { bytesOf, ownTransactions, type ProducerNews } from "./ownTransactions.ts";
import { SignedSlots } from "./signedSlots.ts";

/** Parts of a slot of three in which its block may still begin: later it would only displace the next one. */
const LATEST_THIRDS = 2;

/** What a producer asks of the rest of the node. */
export interface ProducerHost {
  /** Why nothing may be produced now; undefined when it may (kratos-core 3.8). */
  hindrance(): string | undefined;
  /** The block is stored and published: the head may be another one. */
  produced(done: DoneBlock): void;
}

/** Makes the blocks of the own slots (kratos-core 3.8, 6.5): at most one header for each, also across restarts (I14). */
export class Producer {
  readonly #core: NodeCore;
  readonly #news: ProducerNews;
  readonly #key: ValidatorKey;
  readonly #host: ProducerHost;
  readonly #signed: SignedSlots;
  /** The last slot that was looked at: another one than before may be an earlier one, when the clock was set back. */
  #tried = -1;

  constructor(core: NodeCore, news: ProducerNews, key: ValidatorKey, host: ProducerHost) {
    this.#core = core;
    this.#news = news;
    this.#key = key;
    this.#host = host;
    this.#signed = new SignedSlots(core.options.producer, core.tree, key.account);
  }

  /** Produces when the present slot is an own one and has not been tried. */
  onTime(): void {
    const { core, slot } = { core: this.#core, slot: this.#core.slot };
    if (slot === undefined || slot === this.#tried || slot <= core.tree.head.header.slot) return;
    this.#tried = slot;
    const hindrance = this.#host.hindrance();
    // Who leads a slot is not asked while the head is old: it would cost every boundary between.
    if (hindrance === "syncing") return;
    const { leader, preview } = leaderAt(core.rules, core.tree.tip(), slot, this.#key.account);
    if (leader !== this.#key.account) return;
    const reason = hindrance ?? this.#signedBefore(slot) ?? this.#late(slot);
    if (reason === undefined) this.#produce(slot, preview);
    else core.report({ kind: "skipped", slot, reason });
  }

  #signedBefore(slot: Slot): string | undefined {
    return this.#signed.get(slot) === undefined ? undefined : "the slot is signed already";
  }

  #late(slot: Slot): string | undefined {
    const { time, slotMs } = this.#core;
    return (time.wall - this.#core.startOf(slot)) * 3 > slotMs * LATEST_THIRDS ? "the slot is almost over" : undefined;
  }

  #produce(slot: Slot, preview: BlockPreview | undefined): void {
    const core = this.#core;
    const done = this.#build(slot, preview ?? previewBlock(core.rules, core.tree.tip(), slot, this.#key.account));
    if (typeof done === "string") {
      core.report({ kind: "skipped", slot, reason: done });
      return;
    }
    const { header, transactions } = done.block;
    const hash = blockHash(header);
    // Everything behind this waits until the record is on disk: the header leaves once, or never (I14).
    core.emit({ kind: "persist", rows: this.#signed.sign(slot, hash) });
    core.publish({ topic: "blocks", block: done.block });
    core.report({ kind: "produced", slot, number: header.number, hash, transactions: transactions.length });
    this.#host.produced(done);
  }

  /** A block of what waits, or of nothing when that breaks a rule after all. @returns the reason when there is no block */
  #build(slot: Slot, preview: BlockPreview): DoneBlock | string {
    const core = this.#core;
    const proof = core.crypto.prove(this.#key.secret, vrfInput(preview.randomness, slot));
    const own = ownTransactions(core, this.#news, this.#key, preview);
    const chosen = selectTransactions(core.pool, {
      ...{ runtime: core.rules.runtime, context: preview.context },
      first: { count: own.length, bytes: bytesOf(core, own) },
    });
    const full = this.#try(slot, proof, [...own, ...chosen]);
    // Who may not produce may not produce an empty block either (V10).
    const isDecided = typeof full !== "string" || full === "UnauthorizedAuthor";
    if (isDecided || own.length + chosen.length === 0) return full;
    core.report({ kind: "skipped", slot, reason: `its transactions: ${full}` });
    return this.#try(slot, proof, []);
  }

  #try(slot: Slot, vrfProof: Uint8Array, transactions: readonly SignedTransaction[]): DoneBlock | string {
    const { rules, codec, tree, crypto } = this.#core;
    const { account, secret } = this.#key;
    const done = produceBlock(
      rules,
      codec,
      tree.tip(),
      {
        ...{ slot, author: account, vrfProof, transactions },
        sign: (header) => crypto.signHeader(rules.chainIdentity, header, secret),
      },
      tree.load,
    );
    return "fault" in done ? done.fault.code : done;
  }
}
