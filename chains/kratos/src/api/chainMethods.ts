import { type Digest, decodeKce } from "@polis/codec";
import { epochOf } from "@polis/slots";
import type { Block } from "../block/block.ts";
import type { KratosBackend } from "./backend.ts";
import { recordJson } from "./json.ts";
import { type Answer, apiErrors, type Method, method, optional, refusal, result } from "./method.ts";
import { blockJson, headerJson, hex, receiptJson, transactionJson } from "./objects.ts";
import { anyBlock, counter, hash32 } from "./params.ts";
import { isSynced, syncGap } from "./sync.ts";

const MAX_EVENT_BYTES = 1_048_576;

/** The namespace `chain` (kratos-core 13.3). */
export const chainMethods: Readonly<Record<string, Method>> = {
  chain_getInfo: method([], (node) => {
    const { head, final, genesis, rules } = node.reader.tree;
    const { slot } = head.header;
    return result({
      ...{ chainName: node.chainName, height: head.header.number, bestHash: hex(head.hash) },
      ...{ genesisHash: hex(genesis.hash), chainIdentity: `0x${rules.chainIdentity.toHex()}` },
      ...{ currentEpoch: epochOf(rules.clock, slot), currentSlot: slot },
      ...{ finalizedHeight: final.header.number, finalizedHash: hex(final.hash) },
      ...{ isSynced: isSynced(node), syncGap: syncGap(node) },
    });
  }),
  chain_getBlock: method([anyBlock], (node, [block]) => {
    if (block === "latest") return answerBlock(node, node.reader.block(node.reader.tree.head.hash));
    return answerBlock(node, typeof block === "number" ? node.reader.blockAt(block) : node.reader.block(block.hash));
  }),
  chain_getBlockByNumber: method([counter("number")], (node, [number]) =>
    answerBlock(node, node.reader.blockAt(number)),
  ),
  chain_getBlockByHash: method([hash32("hash")], (node, [hash]) => answerBlock(node, node.reader.block(hash))),
  chain_getLatestBlock: method([], (node) => answerBlock(node, node.reader.block(node.reader.tree.head.hash))),
  chain_getBlockHash: method([counter("number")], ({ reader }, [number]) => {
    const hash = reader.hashAt(number);
    return hash === undefined ? noBlock() : result(hex(hash));
  }),
  chain_getHeader: method([optional(counter("number"))], ({ reader }, [number]) => {
    const block = number === undefined ? reader.block(reader.tree.head.hash) : reader.blockAt(number);
    return block === undefined ? noBlock() : result(headerJson(block.header, block.transactions.length));
  }),
  chain_getTransaction: method([hash32("hash")], answerTransaction),
  chain_getEvents: method([counter("number")], ({ reader }, [number]) => {
    const outcome = reader.outcomeAt(number);
    if (outcome === undefined) return noBlock();
    const events = outcome.events.map((bytes) => {
      const decoded = decodeKce(reader.tree.rules.runtime.event, bytes, MAX_EVENT_BYTES);
      if (!decoded.ok) throw new Error(`a stored event is damaged: ${decoded.fault.code}`);
      return { [decoded.value.name]: recordJson(decoded.value.fields as object) };
    });
    return result(events);
  }),
};

/** The answer for a block that is not here. */
export function noBlock(): Answer {
  return refusal(apiErrors.blockNotFound, "Block not found");
}

function answerBlock(node: KratosBackend, block: Block | undefined): Answer {
  return block === undefined ? noBlock() : result(blockJson(node, block));
}

function answerTransaction(node: KratosBackend, [hash]: readonly [Digest]): Answer {
  const { reader, pool } = node;
  const pending = pool.get(hash);
  const place = reader.place(hash);
  if (place === undefined) {
    if (pending === undefined) return refusal(apiErrors.transactionNotFound, "Transaction not found");
    const nowhere = { status: "pending", receipt: null, blockNumber: null, blockHash: null };
    return result({ ...transactionJson(node, pending.signed), ...nowhere });
  }
  const { number, index } = place;
  const block = reader.blockAt(number)!;
  const receipt = reader.outcomeAt(number)!.receipts[index]!;
  return result({
    ...transactionJson(node, block.transactions[index]!),
    status: number <= reader.tree.final.header.number ? "finalized" : "included",
    receipt: receiptJson(receipt, index),
    ...{ blockNumber: number, blockHash: hex(reader.hashAt(number)!) },
  });
}
