/** Makes blocks at a steady pace. */
export interface IntervalMiner {
  /** @param ms between blocks; 0 stops it */
  set(ms: number): void;
  readonly intervalMs: number;
}

/**
 * @param mine makes one block; the next is made when it is done and the time has passed
 * @param fail is told when a block could not be made; there are no more then
 */
export function createIntervalMiner(mine: () => Promise<void>, fail: (error: unknown) => void): IntervalMiner {
  let timer: NodeJS.Timeout | undefined;
  let intervalMs = 0;
  const schedule = (): void => {
    timer = setTimeout(() => {
      const own = timer;
      mine().then(() => {
        // Another pace may have been set meanwhile, which has its own timer.
        if (own === timer) schedule();
      }, fail);
    }, intervalMs);
  };
  return {
    set(ms) {
      clearTimeout(timer);
      timer = undefined;
      intervalMs = ms;
      if (ms > 0) schedule();
    },
    get intervalMs() {
      return intervalMs;
    },
  };
}
