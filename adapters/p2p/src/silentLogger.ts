import type { ComponentLogger, Logger } from "@libp2p/interface";

function silence(): Logger {
  const nothing = (): void => {};
  const logger: Logger = Object.assign(nothing, {
    error: nothing,
    trace: nothing,
    enabled: false,
    newScope: () => logger,
  });
  return logger;
}

/** Says nothing: libp2p writes a line for every frame, which costs even where nobody reads. */
export const silentLogger: ComponentLogger = { forComponent: silence };
