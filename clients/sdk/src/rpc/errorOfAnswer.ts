import { errorNameOf, KairosError, type KairosErrorName } from "../errors/kairosError.ts";

/** JSON-RPC codes that say what happened by themselves (kairos J4, J6). */
const names: Readonly<Record<number, KairosErrorName>> = {
  3: "REVERTED",
  4: "TIMEOUT",
  [-32001]: "NOT_FOUND",
  [-32002]: "NOT_SYNCED",
  [-32003]: "MEMPOOL_FULL",
  [-32005]: "LIMIT_EXCEEDED",
  [-32600]: "INVALID_FORMAT",
  [-32602]: "INVALID_FORMAT",
  [-32603]: "INTERNAL",
};

/** Code 5 (kairos J4) has no number of its own in kairos 7.6; its data tells the two cases apart. */
const notExecutable = 5;

/** The typed error of a JSON-RPC error object: by the number of kairos 7.6 in its data, else by its own code. */
export function errorOfAnswer(error: unknown, method: string): KairosError {
  const { code, message, data } = record(error);
  const details = record(data);
  const text = typeof message === "string" ? message : `${method} failed`;
  const metadata = Object.fromEntries(
    Object.entries(details).flatMap(([key, value]) => (typeof value === "string" ? [[key, value] as const] : [])),
  );
  const named = typeof details.code === "number" ? errorNameOf(details.code) : undefined;
  const own = typeof code === "number" ? names[code] : undefined;
  const waiting = details.expectedNonce === undefined ? "INSUFFICIENT_BALANCE" : "NONCE_TOO_HIGH";
  const name = named ?? (code === notExecutable ? waiting : own) ?? "OTHER";
  return new KairosError(name, text, { metadata, cause: error });
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
