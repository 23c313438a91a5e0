/**
 * What a validator process tells the local network's parent over its IPC channel, twice a second. Times are
 * microseconds of the machine-wide monotonic clock, so that they compare between processes.
 */
export interface NodeReport {
  readonly kind: "report";
  readonly view: number;
  readonly finalizedHeight: number;
  /** Payments in finalized blocks since this process started. */
  readonly finalizedPayments: number;
  readonly nullifiedViews: number;
  readonly peers: number;
  readonly rssBytes: number;
  readonly sentBytes: number;
  /** Processor time of the process since its start, all threads. */
  readonly cpuUs: number;
  readonly pending: number;
  /** Views that this node proposed: when its proposal left. */
  readonly proposed: readonly (readonly [view: number, atUs: number])[];
  /** Views entered, for the view interval. */
  readonly entered: readonly (readonly [view: number, atUs: number])[];
  /** Views whose L-notarization this node formed or received first. */
  readonly finalized: readonly (readonly [view: number, atUs: number])[];
}

/** Sent once, when the RPC answers and the links have been dialled. */
export interface NodeReady {
  readonly kind: "ready";
  readonly rpcPort: number;
}

export type NodeMessage = NodeReport | NodeReady;
