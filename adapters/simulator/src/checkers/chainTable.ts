import type { Digest } from "@polis/codec";
import type { Finalize } from "@polis/minimmit";
import type { BlockInfo } from "@polis/ports";
import type { Sometimes } from "./sometimes.ts";
import type { VoteTable } from "./voteTable.ts";

interface Final {
  readonly digest: Digest;
  readonly view: number;
  readonly stateRoot: Digest | undefined;
}

interface Progress {
  height: number;
  view: number;
}

type Fail = (code: string, message: string, node: number | undefined) => void;

/** The one finalized chain that all honest replicas must share: MI1, MI5, MI11, MI14. */
export class ChainTable {
  /** By height; position 0 is genesis. */
  readonly chain: Final[];
  readonly infos = new Map<Digest, BlockInfo>();
  readonly #roots = new Map<Digest, Digest>();
  readonly #executedBy = new Map<Digest, Set<number>>();
  readonly #progress: Progress[] = [];
  readonly #votes: VoteTable;
  readonly #sometimes: Sometimes;
  readonly #fail: Fail;

  constructor(genesis: BlockInfo, votes: VoteTable, sometimes: Sometimes, fail: Fail) {
    this.chain = [{ digest: genesis.digest, view: genesis.view, stateRoot: undefined }];
    this.infos.set(genesis.digest, genesis);
    this.#votes = votes;
    this.#sometimes = sometimes;
    this.#fail = fail;
  }

  /** The highest height that any honest replica finalized. */
  get height(): number {
    return this.chain.length - 1;
  }

  /** A node starts from what its disk holds. */
  starts(node: number, height: number, view: number): void {
    this.#progress[node] = { height, view };
    const known = this.chain[height];
    if (known === undefined || known.view !== view) this.#fail("MI1", `starts at unknown final height ${height}`, node);
  }

  /** True when this validator has executed the block, in this life or an earlier one. */
  hasExecuted(node: number, digest: Digest): boolean {
    return this.#executedBy.get(digest)?.has(node) === true;
  }

  /** MI14: one block has one state root, wherever it was executed. */
  executed(node: number, digest: Digest, stateRoot: Digest | undefined): void {
    const nodes = this.#executedBy.get(digest);
    if (nodes === undefined) this.#executedBy.set(digest, new Set([node]));
    else nodes.add(node);
    if (stateRoot === undefined) return;
    const before = this.#roots.get(digest);
    if (before === undefined) this.#roots.set(digest, stateRoot);
    else if (before !== stateRoot) this.#fail("MI14", `two state roots of block ${digest.slice(0, 8)}`, node);
  }

  /** Checks a finalization of node `node`; roots are those its ledger gives for each block. */
  finalized(node: number, effect: Finalize, rootOf: (digest: Digest) => Digest | undefined): void {
    const { certificate, blocks } = effect;
    const at = this.#progress[node] ?? { height: 0, view: 0 };
    const last = blocks[blocks.length - 1];
    if (last === undefined || certificate.kind !== "finalization" || certificate.digest !== last.digest) {
      this.#fail("MI6", `view ${certificate.view} finalized without its certificate`, node);
      return;
    }
    if (blocks.length > 1) this.#sometimes.count("indirect finality");
    for (const block of blocks) {
      const parent = this.chain[block.height - 1];
      if (block.height !== at.height + 1 || block.view <= at.view || parent === undefined) {
        this.#fail("MI5", `height ${block.height} view ${block.view} after ${at.height} view ${at.view}`, node);
        return;
      }
      at.height = block.height;
      at.view = block.view;
      const direct = block === last;
      const known = this.chain[block.height];
      const stateRoot = rootOf(block.digest);
      if (known === undefined) {
        this.chain[block.height] = { digest: block.digest, view: block.view, stateRoot };
        this.#checkAncestry(node, block.digest, parent, direct);
      } else {
        if (known.digest !== block.digest) this.#fail("MI1", `two final blocks at height ${block.height}`, node);
        if (known.stateRoot !== stateRoot) this.#fail("MI14", `two state roots at height ${block.height}`, node);
      }
    }
    this.#progress[node] = at;
  }

  /** MI11: linked to the previous final block, through certified views only, with every skipped view nullified. */
  #checkAncestry(node: number, digest: Digest, parent: Final, direct: boolean): void {
    const info = this.infos.get(digest);
    const bad = (what: string) => this.#fail("MI11", `final block of view ${info?.view}: ${what}`, node);
    if (info === undefined) {
      bad("nobody proposed it");
      return;
    }
    if (info.parentDigest !== parent.digest || info.parentView !== parent.view) bad("not linked to its parent");
    const { m, l } = this.#votes.quorum;
    if (!this.#votes.canBeCertified(info.view, digest, direct ? l : m)) bad("too few votes");
    for (let view = info.parentView + 1; view < info.view; view++) {
      if (!this.#votes.canBeNullified(view as BlockInfo["view"])) bad(`skipped view ${view} is not nullified`);
      this.#sometimes.count("finalize after a nullified view");
    }
  }
}
