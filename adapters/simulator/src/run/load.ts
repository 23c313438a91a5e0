import type { SimNetwork } from "./buildNetwork.ts";

/** The transactions of a run. */
export interface Load {
  /** Transactions submitted to every running honest node since the last call of `mark`. */
  readonly marked: Uint8Array[];
  /** From now on submissions are remembered, for ML4. */
  mark(): void;
  /** Ends it. */
  stop(): void;
}

const INTERVAL_MS = 150;

/** Submits a transaction every 150 ms, to all running nodes as gossip would, now and then with pauses that leave pools empty. */
export function startLoad(built: SimNetwork): Load {
  const { world, nodes, setup } = built;
  const prng = built.prng.fork(3);
  const marked: Uint8Array[] = [];
  let marking = false;
  let running = true;
  let i = 0;
  const submit = () => {
    if (!running) return;
    if (marking || prng.chance(700)) {
      const transaction = setup.ledger.transaction(i++);
      if (marking) marked.push(transaction);
      for (const node of nodes) {
        if (node.up) world.at(world.nowUs + prng.between(100, 60_000), () => node.submit(transaction));
      }
    }
    world.after(INTERVAL_MS, submit);
  };
  world.after(INTERVAL_MS, submit);
  return {
    marked,
    mark: () => {
      marking = true;
    },
    stop: () => {
      running = false;
    },
  };
}
