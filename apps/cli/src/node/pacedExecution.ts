import type { Execution } from "./execution.ts";

/** How long blocks are executed one after the other before everything else in the process gets its turn. */
const SLICE_MS = 10;

/**
 * Executes the blocks of a long catch-up in slices of a few milliseconds, so that a node that serves readers meanwhile
 * answers them, and takes the next page from its links, between two blocks. The order stays. `settled` is
 * asked when the node stops: blocks that still wait are dropped then, because the store closes next.
 */
export function pacedExecution(execution: Execution): Execution {
  const waiting: Parameters<Execution["execute"]>[] = [];
  let endMs = 0;
  let isPlanned = false;
  let isOver = false;

  const plan = (): void => {
    if (isPlanned) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      endMs = performance.now() + SLICE_MS;
      while (waiting.length > 0 && performance.now() < endMs) execution.execute(...waiting.shift()!);
      if (waiting.length > 0) plan();
    });
  };

  return {
    ...execution,
    execute: (...block) => {
      if (isOver) return;
      if (waiting.length === 0 && performance.now() < endMs) {
        execution.execute(...block);
        return;
      }
      waiting.push(block);
      plan();
    },
    settled: () => {
      isOver = true;
      waiting.length = 0;
      return execution.settled();
    },
  };
}
