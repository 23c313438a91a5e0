import { type Digest, encodeKce, fault, ok, type Result } from "@polis/codec";
import { blockHash, kceHeader } from "../block/header.ts";
import { buildGenesis, type Genesis } from "../genesis/buildGenesis.ts";
import { kceGenesis } from "../genesis/genesisRecord.ts";
import type { WireFault } from "../wire/errors.ts";
import type { GenesisAnswer } from "../wire/messages.ts";

/** What an answer is checked against. */
export interface AnswerCheck {
  readonly chainName: string;
  readonly protocolVersion: number;
  readonly pin: Digest | undefined;
}

/** Why an answer does not count: "ignore" for another network, "punish" for one that cannot be true or is not the pinned one. */
export type AnswerFault =
  | WireFault
  | { readonly code: "GENESIS_OTHER_CHAIN" | "GENESIS_VERSION"; readonly verdict: "ignore"; readonly detail?: string }
  | { readonly code: "GENESIS_NOT_PINNED"; readonly verdict: "punish"; readonly detail?: string };

/**
 * Checks an answer by itself (kratos-core 12.10, steps 2 and 3): the block's hash, the pin, names and version, and that the
 * record makes exactly this block, state root included. Cheap rules first: building a record is work.
 * @param built what other answers made: an equal record is not built again
 */
export function checkAnswer(
  { chainName, protocolVersion, pin }: AnswerCheck,
  answer: GenesisAnswer,
  built: ReadonlyMap<Digest, Genesis> = new Map(),
): Result<Genesis, AnswerFault> {
  const { genesisHash, genesisBlock, record } = answer;
  if (blockHash(genesisBlock.header) !== genesisHash) return fault("WIRE_OTHER_GENESIS");
  if (pin !== undefined && genesisHash !== pin) return bad("GENESIS_NOT_PINNED", "punish");
  if (!isSameName(answer.chainName, chainName)) return bad("GENESIS_OTHER_CHAIN", "ignore");
  if (answer.protocolVersion !== protocolVersion) return bad("GENESIS_VERSION", "ignore");
  if (record.chainName !== answer.chainName || record.protocolVersion !== answer.protocolVersion) {
    return fault("WIRE_OTHER_GENESIS");
  }
  const same = built.get(genesisHash);
  const isBuilt =
    same !== undefined && encodeKce(kceGenesis, same.record).toHex() === encodeKce(kceGenesis, record).toHex();
  const genesis = isBuilt ? same : tryBuild(answer);
  if (genesis === undefined || genesisBlock.transactions.length > 0) return fault("WIRE_OTHER_GENESIS");
  // All fields, and so the signature, which the hash leaves out.
  const isSame = encodeKce(kceHeader, genesis.header).toHex() === encodeKce(kceHeader, genesisBlock.header).toHex();
  return isSame ? ok(genesis) : fault("WIRE_OTHER_GENESIS");
}

function bad(code: AnswerFault["code"], verdict: "ignore" | "punish"): Result<Genesis, AnswerFault> {
  return { ok: false, fault: { code, verdict } as AnswerFault };
}

/** The same but for case: `--chain kratos` means `KratOs`. */
function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Undefined for a record that makes no chain, whatever breaks: it is a peer's, so that it must not stop this node. */
function tryBuild({ record }: GenesisAnswer): Genesis | undefined {
  try {
    return buildGenesis(record);
  } catch {
    return undefined;
  }
}
