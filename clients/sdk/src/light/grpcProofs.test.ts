import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { ConsensusService } from "@polis/proto";
import { LightClientError } from "../errors/lightClientError.ts";
import { signProof, testHeaders, thresholdValidators } from "../testing/signedChain.ts";
import { hexOf } from "../text/hex.ts";
import { checkpointOf } from "./checkpoint.ts";
import { grpcProofs } from "./grpcProofs.ts";
import { LightClient } from "./lightClient.ts";
import type { FinalityProof } from "./types.ts";

const validators = thresholdValidators();
const { anchor } = validators;
const honest = signProof(validators, testHeaders(5, [{}, {}]));

/** A node that has one proof, told as `tell` likes. */
function nodeOf(tell: (proof: FinalityProof) => FinalityProof | undefined = (proof) => proof, n = anchor.n) {
  const answer = () => {
    const proof = tell(honest);
    return proof === undefined ? {} : { proof: { ...proof, headers: [...proof.headers], epoch: 7n, height: 99n } };
  };
  const transport = createRouterTransport(({ service }) =>
    service(ConsensusService, {
      getLNotarization: answer,
      getLNotarizationByHeight({ height }) {
        if (height !== 5n) throw new ConnectError("not final", Code.NotFound);
        return answer();
      },
      getValidatorSet: () => ({
        ...{ epoch: 0n, n, f: anchor.f, scheme: anchor.scheme, groupKeyL: anchor.groupKeyL! },
        validators: anchor.publicKeys.map((blsPublicKey) => ({ blsPublicKey })),
      }),
    }),
  );
  return grpcProofs(transport, async () => 5, undefined);
}

test("L6: finality is proven over gRPC-Web, by height, by hash and for the latest block", async () => {
  const light = new LightClient(anchor, nodeOf());
  const block = await light.block(5);
  assert.equal(block.height, 5, "what the node says beside the certificate and the headers is not used");
  assert.deepEqual(await light.block(block.hash), block);
  assert.deepEqual(await light.latest(), block);
  await assert.rejects(light.block(6), { step: "missing" });
  const started = await LightClient.fromCheckpoint(checkpointOf(anchor, block), nodeOf());
  assert.deepEqual(started.anchor.groupKeyL, anchor.groupKeyL);
  await assert.rejects(LightClient.fromCheckpoint(checkpointOf(anchor, block), nodeOf(undefined, 7)), {
    step: "anchor",
  });
  await assert.rejects(light.balance(`0x${"51".repeat(20)}`), {
    code: "CONFIGURATION",
    message: /no proofs of accounts/,
  });
});

test("no lie about a proof over gRPC is believed", async () => {
  const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const lies: readonly ((proof: FinalityProof) => FinalityProof | undefined)[] = [
    () => undefined,
    (proof) => ({ ...proof, headers: [] }),
    (proof) => ({ ...proof, headers: proof.headers.slice(1) }),
    (proof) => ({ ...proof, headers: [...proof.headers].reverse() }),
    (proof) => ({ ...proof, certificate: new Uint8Array(0) }),
    ...[0, 1, 9, 17, 20, 60, 147].map((at) => (proof: FinalityProof) => ({
      ...proof,
      certificate: flip(proof.certificate, at),
    })),
    ...[0, 5, 100, 300, 500].map((at) => (proof: FinalityProof) => ({
      ...proof,
      headers: proof.headers.map((header) => flip(header, at)),
    })),
  ];
  for (const lie of lies) {
    const light = new LightClient(anchor, nodeOf(lie));
    await assert.rejects(light.block(5), LightClientError, hexOf(lie(honest)?.certificate ?? new Uint8Array(0)));
  }
});
