/** A database without rows: the states of tests live in overlays only. It is a `Store` of the ports package. */
export const emptyStore = {
  get: (): undefined => undefined,
  range: (): [] => [],
  commit: (): Promise<void> => Promise.reject(new Error("tests commit nothing")),
};
