/** One digest of a view, as votes or a proposal name it. */
export interface DigestSnapshot {
  /** 64 lower-case hex digits. */
  readonly hash: string;
  readonly votes: number;
  /** It is a block: proposed by the leader, certified or final. Otherwise only votes name it. */
  readonly isBlock: boolean;
  /** This node has its proposal, or the block itself. */
  readonly isProposed: boolean;
  readonly transactions: number;
  /** 0 while unknown. */
  readonly height: number;
}

/** One view of the ring. Times are Unix milliseconds, 0 until they occur. */
export interface ViewSnapshot {
  readonly view: number;
  /** -1 while unknown. */
  readonly leader: number;
  readonly nullifies: number;
  readonly startedAt: number;
  readonly mNotarizedAt: number;
  readonly lNotarizedAt: number;
  readonly nullifiedAt: number;
  readonly finalAsAncestor: boolean;
  readonly cascade: boolean;
  /** The leading digest first: the final one, else the certified one, else the one with most votes (kairos V6). */
  readonly digests: readonly DigestSnapshot[];
}

/** The ring's header: where the node stands, and how many views ended how. */
export interface TotalsSnapshot {
  readonly currentView: number;
  readonly finalizedView: number;
  readonly finalizedHeight: number;
  readonly mNotarizations: number;
  readonly lNotarizations: number;
  readonly nullifications: number;
  readonly cascades: number;
}

/** What the page must know of the network; it never changes while a node runs. */
export interface NetworkFacts {
  readonly n: number;
  readonly f: number;
  /** This validator's index, or -1 for a node that does not vote. */
  readonly index: number;
}
