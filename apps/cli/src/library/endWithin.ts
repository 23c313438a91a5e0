import { ShutdownError } from "./shutdownError.ts";

/**
 * Waits for the end of a node, for so long.
 * @param ended what ends it; it goes on when the time is over
 * @param unfinished names what has not ended at this moment
 * @throws ShutdownError when the time is over
 */
export async function endWithin(
  ms: number,
  ended: Promise<unknown>,
  unfinished: () => readonly string[],
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ShutdownError(unfinished(), ms)), ms);
  });
  try {
    await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
    // A unit that fails after the time-out has nobody else to tell.
    ended.catch(() => undefined);
  }
}
