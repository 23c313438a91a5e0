import type { Digest } from "@polis/codec";
import type { ApiBlock } from "../api/backend.ts";
import { blockJson } from "../api/blockJson.ts";
import { type Answer, refusal, result } from "../api/method.ts";
import { receiptJson } from "../api/receiptJson.ts";
import type { CallJob } from "./job.ts";
import type { CallWorld } from "./world.ts";

type ShowJob = CallJob & { readonly kind: "block" | "receipts" };

/** A whole block as JSON, or all its receipts: a full block has thousands of signatures to verify and objects to make. */
export function showBlock(world: CallWorld, job: ShowJob): Answer {
  const block = blockOf(world, job.block);
  if (block === undefined) return refusal(-32001, "block not found");
  if (job.kind === "block") return result(blockJson(block, true));
  return result(block.transactions().map((_, index) => receiptJson({ block, index })));
}

function blockOf(world: CallWorld, digest: Digest): ApiBlock | undefined {
  const header = world.header(digest);
  const transactions = world.transactions(digest);
  if (header === undefined || transactions === undefined) return undefined;
  const envelope = () => world.envelope(digest);
  const receipts = world.receiptsAt(header.number) ?? [];
  const decoded = transactions.map(({ transaction }) => transaction);
  return {
    digest,
    header,
    envelope,
    sizeBytes: () => envelope()?.length ?? 0,
    transactions: () => transactions,
    transactionAt: (index) => transactions[index],
    decoded: () => decoded,
    sample: () => decoded,
    receipts: () => receipts,
  };
}
