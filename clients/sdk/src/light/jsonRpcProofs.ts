import type { SchemeName } from "@polis/crypto";
import { LightClientError } from "../errors/lightClientError.ts";
import type { Json, JsonRpc } from "../rpc/jsonRpc.ts";
import { orUndefined } from "../rpc/orUndefined.ts";
import { readHexText, shorten } from "../text/hex.ts";
import type { ValidatorList } from "./checkpoint.ts";
import type { ProofSource } from "./proofSource.ts";
import type { FinalityProof, InclusionProof } from "./types.ts";

/** A list trie holds whole envelopes and receipts in its leaves. */
const maxNodeBytes = 8 * 1024 * 1024;
const maxNodes = 65;
const maxHeaders = 1024;
const maxKeys = 1024;

/**
 * Proofs over JSON-RPC (kairos 16.4, L6).
 * @example new LightClient(anchorFromGenesis(genesisText), jsonRpcProofs(createJsonRpc(url)));
 */
export function jsonRpcProofs(rpc: JsonRpc): ProofSource {
  return {
    async finality(block) {
      const wanted = typeof block === "number" ? `0x${block.toString(16)}` : block;
      // A node that does not keep the proof refuses with NOT_FOUND; a block that is not final gives null.
      const answer = await orUndefined(rpc.call("kairos_getFinalityCertificate", [wanted]));
      return answer === undefined || answer === null ? undefined : readFinality(answer);
    },
    async state(address, slots, block) {
      const keys = slots.map((slot) => `0x${slot}`);
      const answer = await rpc.call("eth_getProof", [`0x${address}`, keys, { blockHash: `0x${block}` }]);
      return {
        accountProof: readNodes(member(answer, "accountProof")),
        storageProofs: list(member(answer, "storageProof"), slots.length).map((one) => readNodes(member(one, "proof"))),
      };
    },
    async inclusion(hash, what) {
      const method = what === "transaction" ? "kairos_getTransactionProof" : "kairos_getReceiptProof";
      const answer = await rpc.call(method, [`0x${hash}`]);
      return answer === null ? undefined : readInclusion(answer);
    },
    async validators(epoch) {
      return readValidators(await rpc.call("kairos_getValidatorSet", [`0x${epoch.toString(16)}`]));
    },
  };
}

/** The decoded fields of the answer are for people: only the raw certificate and the headers are used. */
function readFinality(answer: Json): FinalityProof {
  const headers = list(member(answer, "headers"), maxHeaders).map((header) => bytes(header, 1024));
  return { certificate: bytes(member(member(answer, "certificate"), "raw"), 1024), headers };
}

function readInclusion(answer: Json): InclusionProof {
  const finality = member(answer, "finality");
  if (finality === null) throw new LightClientError("missing", "an inclusion without a proof that its block is final");
  return {
    index: number(member(answer, "index")),
    value: bytes(member(answer, "value"), maxNodeBytes),
    proof: readNodes(member(answer, "proof")),
    finality: readFinality(finality),
  };
}

function readValidators(answer: Json): ValidatorList {
  const groupKeyL = member(answer, "groupKeyL");
  return {
    epoch: number(member(answer, "epoch")),
    n: count(member(answer, "n")),
    f: count(member(answer, "f")),
    scheme: schemeOf(member(answer, "scheme")),
    publicKeys: list(member(answer, "validators"), maxKeys).map((one) => bytes(member(one, "blsPublicKey"), 48)),
    groupKeyL: groupKeyL === null ? undefined : bytes(groupKeyL, 48),
  };
}

function schemeOf(value: Json): SchemeName {
  if (value === "multisig" || value === "threshold") return value;
  throw new LightClientError("response", "not a certificate scheme");
}

function readNodes(value: Json): readonly Uint8Array[] {
  return list(value, maxNodes).map((node) => bytes(node, maxNodeBytes));
}

function member(value: Json, name: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, name)) {
    return (value as { readonly [key: string]: Json })[name]!;
  }
  throw new LightClientError("response", `no ${name} in the answer`);
}

function list(value: Json, most: number): readonly Json[] {
  if (Array.isArray(value) && value.length <= most) return value;
  throw new LightClientError("response", `want a list of at most ${most}`);
}

function bytes(value: Json, most: number): Uint8Array {
  const read = readHexText(value, most);
  if (read === undefined) throw new LightClientError("response", `not bytes: ${shorten(value)}`);
  return read;
}

function number(value: Json): number {
  if (typeof value === "string" && /^0x[0-9a-f]{1,13}$/.test(value)) return Number(value);
  throw new LightClientError("response", `not a number: ${shorten(value)}`);
}

function count(value: Json): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new LightClientError("response", `not a count: ${shorten(value)}`);
}
