import { createClient, type Transport } from "@connectrpc/connect";
import type { SchemeName } from "@polis/crypto";
import { ConsensusService } from "@polis/proto";
import { unary } from "../client/unary.ts";
import { LightClientError } from "../errors/lightClientError.ts";
import { SdkError } from "../errors/sdkError.ts";
import { orUndefined } from "../rpc/orUndefined.ts";
import { bytesOf } from "../text/hex.ts";
import type { ProofSource } from "./proofSource.ts";

/**
 * Proofs over gRPC-Web (kairos 15.2, L6): finality and validators by ConsensusService. The services have no proofs of
 * accounts and transactions, so those come from another source, usually the JSON-RPC of the same node.
 * @param latest the height of the node's last final block, asked for when the latest proof is wanted
 */
export function grpcProofs(
  transport: Transport,
  latest: () => Promise<number>,
  stateProofs: ProofSource | undefined,
): ProofSource {
  const consensus = createClient(ConsensusService, transport);
  const others = (): ProofSource => {
    if (stateProofs !== undefined) return stateProofs;
    const hint = "give the node's JSON-RPC address as well: { grpc, jsonrpc }";
    throw new SdkError("CONFIGURATION", "gRPC has no proofs of accounts and transactions", hint);
  };
  return {
    async finality(block) {
      const wanted = block === "latest" ? await latest() : block;
      const found = unary({}, async (call) => {
        if (typeof wanted !== "number") return consensus.getLNotarization({ hash: bytesOf(wanted) }, call);
        const { proof } = await consensus.getLNotarizationByHeight({ height: BigInt(wanted) }, call);
        return { proof };
      });
      const answer = await orUndefined(found);
      if (answer === undefined) return undefined;
      if (answer.proof === undefined) throw new LightClientError("response", "an answer without its proof");
      return { certificate: answer.proof.certificate, headers: answer.proof.headers };
    },
    state: async (...asked) => others().state(...asked),
    inclusion: async (...asked) => others().inclusion(...asked),
    async validators(epoch) {
      const set = await unary({}, (call) => consensus.getValidatorSet({ epoch: BigInt(epoch) }, call));
      return {
        epoch: Number(set.epoch),
        n: set.n,
        f: set.f,
        scheme: set.scheme as SchemeName,
        publicKeys: set.validators.map(({ blsPublicKey }) => blsPublicKey),
        groupKeyL: set.groupKeyL.length === 0 ? undefined : set.groupKeyL,
      };
    },
  };
}
