import type { MessageInitShape } from "@bufbuild/protobuf";
import { addressToBytes, digestToBytes } from "@polis/codec";
import { type ApiBlock, blockTimeMs, type KairosBackend } from "@polis/kairos";
import { type BlockSchema, BlockStatus } from "@polis/proto";
import { transactionMessage } from "./transactionMessage.ts";

/** How far a block is; blocks that are not final are notarized when a certificate was seen. */
export type StatusOf = (block: ApiBlock) => BlockStatus;

/** A block (kairos G5). */
export function blockMessage(
  node: KairosBackend,
  block: ApiBlock,
  withTransactions: boolean,
  statusOf: StatusOf,
): MessageInitShape<typeof BlockSchema> {
  const { header, digest } = block;
  const proposer = proposerIndex(node, header.beneficiary);
  return {
    hash: digestToBytes(digest),
    view: BigInt(header.extra.view),
    parentView: BigInt(header.extra.parentView),
    height: BigInt(header.number),
    parentHash: digestToBytes(header.parentHash),
    timestampMs: BigInt(blockTimeMs(header)),
    ...(proposer === undefined ? {} : { proposerIndex: proposer }),
    proposerAddress: addressToBytes(header.beneficiary),
    stateRoot: digestToBytes(header.stateRoot),
    receiptsRoot: digestToBytes(header.receiptsRoot),
    transactionsRoot: digestToBytes(header.transactionsRoot),
    gasUsed: header.gasUsed,
    gasLimit: header.gasLimit,
    baseFee: header.baseFeePerGas.toString(),
    txCount: block.decoded().length,
    size: block.sizeBytes(),
    transactions: withTransactions ? block.transactions().map(transactionMessage) : [],
    status: statusOf(block),
  };
}

/** Genesis pays nobody, and two validators may be paid at one address; then the place is not told. */
function proposerIndex(node: KairosBackend, beneficiary: string): number | undefined {
  const validators = node.validatorSet(undefined)?.validators ?? [];
  const index = validators.findIndex(({ feeAddress }) => feeAddress === beneficiary);
  const isShared = validators.some(({ feeAddress }, i) => i > index && feeAddress === beneficiary);
  return index < 0 || isShared ? undefined : index;
}

/** True for a block that is final. */
export function isFinal(node: KairosBackend, block: ApiBlock): boolean {
  return (
    block.header.number <= node.finalizedHeight() && node.blockByHeight(block.header.number)?.digest === block.digest
  );
}

/** The status of a block for a node that knows which digests are notarized. */
export function createStatusOf(node: KairosBackend, isNotarized: (digest: string) => boolean): StatusOf {
  return (block) => {
    if (isFinal(node, block)) return BlockStatus.FINALIZED;
    return isNotarized(block.digest) ? BlockStatus.NOTARIZED : BlockStatus.PROPOSED;
  };
}
