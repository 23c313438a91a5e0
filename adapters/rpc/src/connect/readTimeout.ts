const unitsMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/**
 * Reads the header `grpc-timeout`.
 * @returns milliseconds, or undefined for what is no timeout that a call can begin with
 * @example readTimeout("250m") // 250
 */
export function readTimeout(header: string): number | undefined {
  const match = /^(\d{1,8})([HMSmun])$/.exec(header);
  if (match === null) return undefined;
  const timeoutMs = Number(match[1]) * unitsMs[match[2]!]!;
  return timeoutMs >= 1 ? timeoutMs : undefined;
}
