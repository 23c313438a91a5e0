import type { Address, Digest } from "@polis/codec";
import type { PoolAccounts, PoolConfig, PoolTransaction } from "../types.ts";

/** The model of the pool tests: one flat list, every question answered from scratch by the words of kairos 11. */
export class NaivePool {
  held: { tx: PoolTransaction; arrival: number; ms: number }[] = [];
  timeS = 0;
  readonly #config: PoolConfig;
  readonly #accounts: PoolAccounts;
  #arrivals = 0;

  constructor(config: PoolConfig, accounts: PoolAccounts) {
    this.#config = config;
    this.#accounts = accounts;
  }

  of(sender: Address) {
    return this.held.filter(({ tx }) => tx.sender === sender).sort((a, b) => Number(a.tx.nonce - b.tx.nonce));
  }

  /** Hashes of the pending transactions of a sender, in nonce order. */
  pending(sender: Address): PoolTransaction[] {
    const nonce = this.#accounts.nonce(sender);
    const all = this.of(sender).map(({ tx }) => tx);
    const flying = all.filter((tx) => tx.nonce < nonce);
    const rest = all.filter((tx) => tx.nonce >= nonce);
    let spent = 0n;
    const run = rest.findIndex((tx, i) => {
      spent += tx.senderCost;
      const paid = tx.feePayer === undefined || this.#accounts.balance(tx.feePayer) >= tx.feePayerCost;
      const later = tx.validAfterS !== 0 && tx.validAfterS >= this.timeS;
      const room = flying.length + i < this.#config.maxPendingPerSender;
      return tx.nonce !== nonce + BigInt(i) || spent > this.#accounts.balance(sender) || later || !paid || !room;
    });
    return [...flying, ...(run === -1 ? rest : rest.slice(0, run))];
  }

  senders(): Address[] {
    return [...new Set(this.held.map(({ tx }) => tx.sender))];
  }

  add(ms: number, timeS: number, tx: PoolTransaction): string {
    this.timeS = timeS;
    const c = this.#config;
    const pending = this.pending(tx.sender);
    const ahead = pending.filter(({ nonce }) => nonce >= this.#accounts.nonce(tx.sender));
    const nonce = this.#accounts.nonce(tx.sender);
    const next = nonce + BigInt(ahead.length);
    const cost = ahead.filter((p) => p.nonce < tx.nonce).reduce((sum, p) => sum + p.senderCost, tx.senderCost);
    const old = this.of(tx.sender).find((one) => one.tx.nonce === tx.nonce);
    const bump = (fee: bigint) => fee + (fee / 10n + (fee % 10n > 0n ? 1n : 0n) || 1n);
    const payer = tx.feePayer;
    const sponsored = this.held.filter((one) => payer !== undefined && one.tx.feePayer === payer && one !== old).length;
    const ready = tx.nonce === next && !(tx.validAfterS !== 0 && tx.validAfterS >= timeS);
    if (this.held.some((one) => one.tx.hash === tx.hash)) return "ALREADY_KNOWN";
    if (tx.nonce < nonce) return "NONCE_TOO_LOW";
    if (tx.feeCap < c.minFeeCap) return "FEE_TOO_LOW";
    if (cost > this.#accounts.balance(tx.sender)) return "INSUFFICIENT_BALANCE";
    if (payer !== undefined && this.#accounts.balance(payer) < tx.feePayerCost) return "INSUFFICIENT_BALANCE";
    if (tx.validBeforeS !== 0 && tx.validBeforeS <= timeS) return "EXPIRED";
    if (tx.nonce > next + BigInt(c.maxNonceGap)) return "NONCE_TOO_HIGH";
    if (old !== undefined && (tx.feeCap < bump(old.tx.feeCap) || tx.tipCap < bump(old.tx.tipCap)))
      return "REPLACEMENT_UNDERPRICED";
    if (payer !== undefined && sponsored >= c.maxPerFeePayer) return "LIMIT_EXCEEDED";
    if (old === undefined && ready && pending.length >= c.maxPendingPerSender) return "LIMIT_EXCEEDED";
    const queued = this.of(tx.sender).length - pending.length;
    if (old === undefined && !ready && queued >= c.maxQueuedPerSender) return "LIMIT_EXCEEDED";
    return this.#admit({ tx, arrival: this.#arrivals++, ms }, old);
  }

  #admit(entry: NaivePool["held"][number], old: NaivePool["held"][number] | undefined): string {
    const before = this.held;
    this.held = [...before.filter((one) => one !== old), entry];
    this.trim(entry.tx.sender);
    const bytes = () => this.held.reduce((sum, { tx }) => sum + tx.envelope.length, 0);
    while (this.held.length > this.#config.maxTransactions || bytes() > this.#config.maxBytes) {
      const worst = this.worst();
      this.held = this.held.filter((one) => one !== worst);
      if (worst === entry) this.held = before;
      if (worst === entry) return "MEMPOOL_FULL";
      this.trim(worst.tx.sender);
    }
    return this.pending(entry.tx.sender).includes(entry.tx) ? "pending" : "queued";
  }

  /** The next to leave under M6. */
  worst(): NaivePool["held"][number] {
    const tails = (queued: boolean) =>
      this.senders().flatMap((sender) => {
        const pending = this.pending(sender);
        return this.of(sender)
          .filter(({ tx }) => pending.includes(tx) !== queued)
          .slice(-1);
      });
    const first = tails(true);
    const pool = first.length > 0 ? first : tails(false);
    return pool.sort((a, b) => Number(a.tx.feeCap - b.tx.feeCap) || b.arrival - a.arrival)[0]!;
  }

  /** Queued ones beyond the sender's limit leave, highest nonce first. */
  trim(sender: Address): void {
    const keep = this.pending(sender).length + this.#config.maxQueuedPerSender;
    const gone = new Set(this.of(sender).slice(keep));
    this.held = this.held.filter((one) => !gone.has(one));
  }

  remove(test: (one: NaivePool["held"][number]) => boolean): Digest[] {
    const gone = this.held.filter(test);
    this.held = this.held.filter((one) => !gone.includes(one));
    for (const { tx } of gone) this.trim(tx.sender);
    return gone.map(({ tx }) => tx.hash);
  }

  /** M4 by repeated search. */
  order(baseFee: bigint, timeS: number): PoolTransaction[] {
    this.timeS = timeS;
    const runs = this.senders().map((sender) => {
      const run = this.pending(sender).filter((tx) => tx.nonce >= this.#accounts.nonce(sender));
      const stop = run.findIndex((tx) => tx.feeCap < baseFee || (tx.validBeforeS !== 0 && tx.validBeforeS <= timeS));
      return stop === -1 ? run : run.slice(0, stop);
    });
    const arrival = new Map(this.held.map((one) => [one.tx, one.arrival]));
    const tip = (tx: PoolTransaction) => [tx.feeCap - baseFee, tx.tipCap].sort((a, b) => Number(a - b))[0]!;
    const out: PoolTransaction[] = [];
    for (;;) {
      const heads = runs.filter((run) => run.length > 0);
      heads.sort(([a], [b]) => Number(tip(b!) - tip(a!)) || arrival.get(a!)! - arrival.get(b!)!);
      if (heads.length === 0) return out;
      out.push(heads[0]!.shift()!);
    }
  }
}
