import { digest, epoch, krat12 } from "@polis/codec";
import { type AccountId, reviveInteger, securityStateNames } from "@polis/kratos";
import type { NodeReport } from "./service.ts";

const MAX_ANSWER_BYTES = 1_048_576;
const TIMEOUT_MS = 5_000;

/**
 * Asks a node of the operator for what peers can only claim: the state of security, the active validators and their stakes.
 * @param url of its JSON-RPC
 * @throws Error when it does not answer, or not as kratos-core 13.3 says
 */
export async function askNode(url: string): Promise<NodeReport> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const [info, security, set, economics] = await Promise.all(
    ["chain_getInfo", "network_getSecurityState", "validator_getSet", "economics_getState"].map((method) =>
      call(url, method, signal),
    ),
  );
  const listed = field(set, "validators");
  if (!Array.isArray(listed)) throw new Error("validator_getSet has no validators");
  const state = securityStateNames.find((name) => name === field(security, "state"));
  const accounts = new Set<AccountId>(listed.map((one) => digest(String(field(one, "id")).replace(/^0x/, ""))));
  const stake = listed.reduce((sum, one) => sum + BigInt(String(field(one, "stake"))), 0n);
  return {
    facts: {
      activeValidators: count(field(set, "active_count")),
      securityState: state,
      totalStake: krat12(stake),
      // No method of kratos-core 13.3 tells the participation of the network.
      participationBps: undefined,
      estimatedInflationPpb: count(field(economics, "rate_ppb")),
    },
    validators: { epoch: epoch(count(field(info, "currentEpoch"))), accounts },
  };
}

async function call(url: string, method: string, signal: AbortSignal): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: [] });
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", body, headers, signal, redirect: "error" });
  const text = await response.text();
  if (text.length > MAX_ANSWER_BYTES) throw new Error(`${method}: more than ${MAX_ANSWER_BYTES} characters`);
  return field(JSON.parse(text, reviveInteger), "result");
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) throw new Error(`no ${name}`);
  return (value as Record<string, unknown>)[name];
}

function count(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  // Rates are amounts of another kind, and written as such.
  if (typeof value === "string" && /^[0-9]{1,15}$/.test(value)) return Number(value);
  throw new Error("not a number that counts");
}
