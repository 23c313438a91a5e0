import type { ServiceImpl } from "@connectrpc/connect";
import { type Address, digestToBytes, type Height } from "@polis/codec";
import {
  type ApiBlock,
  blacklistSlot,
  faceAddress,
  isLongPast,
  type KairosBackend,
  nativePerUnit,
} from "@polis/kairos";
import { type AccountService, BlockTag, type GetBalanceRequest } from "@polis/proto";
import { callError, notKept } from "../callError.ts";
import { addressField, heightField } from "../fields.ts";

const zero32 = new Uint8Array(32);

/** Accounts (kairos 15.2). */
export function accountService(node: KairosBackend): ServiceImpl<typeof AccountService> {
  return {
    getAccount: ({ address }) => accountAt(node, addressField(address), finalBlock(node)),
    getAccountPending({ address }) {
      const account = addressField(address);
      return { ...accountAt(node, account, node.pendingBlock()), pendingNonce: node.nextNonce(account) };
    },
    async getBalance(request, { signal }) {
      const account = addressField(request.address);
      const block = wantedBlock(node, request.at);
      const balance = await balanceAt(node, account, block, signal);
      return {
        balance: balance.toString(),
        balanceUsdc6: (balance / nativePerUnit).toString(),
        dust: (balance % nativePerUnit).toString(),
        height: BigInt(block.header.number),
      };
    },
    getNonce({ address }) {
      const account = addressField(address);
      const nonce = stateOf(node, finalBlock(node)).account(account)?.nonce ?? 0n;
      const nextNonce = node.nextNonce(account);
      return { nonce, nextNonce, ...countWaiting(node, account, nextNonce) };
    },
  };
}

/** A balance long past is searched by a job (J7): it may lie thousands of blocks behind. */
async function balanceAt(node: KairosBackend, address: Address, block: ApiBlock, signal: AbortSignal): Promise<bigint> {
  const { digest, header } = block;
  if (!isLongPast(node, header.number)) return stateOf(node, block).account(address)?.balance ?? 0n;
  const answer = await node.run({ kind: "state", block: digest, wanted: { value: "balance", address } }, signal);
  if (answer.ok) return BigInt(answer.value as string);
  const { code, message } = answer.error;
  if (code === -32001) throw notKept(message);
  throw callError(code === -32005 ? "LIMIT_EXCEEDED" : "INTERNAL", message);
}

function accountAt(node: KairosBackend, address: Address, block: ApiBlock) {
  const state = stateOf(node, block);
  const account = state.account(address);
  const balance = account?.balance ?? 0n;
  return {
    exists: account !== undefined,
    balance: balance.toString(),
    balanceUsdc6: (balance / nativePerUnit).toString(),
    nonce: account?.nonce ?? 0n,
    codeHash: account === undefined ? zero32 : digestToBytes(account.codeHash),
    storageRoot: account === undefined ? zero32 : digestToBytes(account.storageRoot),
    blacklisted: state.storage(faceAddress, blacklistSlot(address)) !== 0n,
    height: BigInt(block.header.number),
  };
}

function wantedBlock(node: KairosBackend, at: GetBalanceRequest["at"]): ApiBlock {
  if (at.case === "height") return blockAt(node, heightField(at.value, "height"));
  if (at.case === "tag" && at.value === BlockTag.PENDING) return node.pendingBlock();
  if (at.case === "tag" && at.value === BlockTag.EARLIEST) return blockAt(node, node.earliestHeight());
  return finalBlock(node);
}

function blockAt(node: KairosBackend, height: Height): ApiBlock {
  const block = node.blockByHeight(height);
  if (block === undefined) throw callError("NOT_FOUND", `height ${height} is not final here`);
  return block;
}

function finalBlock(node: KairosBackend): ApiBlock {
  return blockAt(node, node.finalizedHeight());
}

function stateOf(node: KairosBackend, block: ApiBlock) {
  const state = node.state(block.digest);
  if (state === undefined) throw notKept(`the state of block ${block.header.number} is not kept by this node`);
  return state;
}

/** Nonces below the next one are executable or in unfinalized blocks; those above a gap are queued. */
function countWaiting(node: KairosBackend, account: Address, nextNonce: bigint) {
  let pendingCount = 0;
  let queuedCount = 0;
  for (const { sender, nonce } of node.pooled()) {
    if (sender !== account) continue;
    if (nonce < nextNonce) pendingCount++;
    else queuedCount++;
  }
  return { pendingCount, queuedCount };
}
