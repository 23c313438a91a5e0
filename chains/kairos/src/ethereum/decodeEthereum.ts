import {
  addressOf,
  type Digest,
  decodeRlpList,
  ok,
  type Result,
  type RlpItem,
  type RlpLimits,
  readRlpUint,
} from "@polis/codec";
import type { AccessListEntry } from "@polis/evm";
import { refuse, type TransactionFault } from "../errors.ts";
import type { KairosParams } from "../params.ts";
import { intrinsicGas } from "./intrinsicGas.ts";
import { readAccessList } from "./readAccessList.ts";
import { readAuthorizations } from "./readAuthorizations.ts";
import { readSignature } from "./readSignature.ts";
import {
  type EthereumTransaction,
  type EthereumType,
  maxAccessListEntries,
  maxAuthorizations,
  maxInitCodeBytes,
  type SignedAuthorization,
} from "./types.ts";

/** Items of the largest list that can be valid. */
const maxItems = 16 + 4 * maxAccessListEntries + 7 * maxAuthorizations;

/** Where the fields of a type stand in its list; -1 when it has none (EIP-155, EIP-2930, EIP-1559, EIP-7702). */
interface Layout {
  readonly count: number;
  readonly chainId: number;
  readonly nonce: number;
  readonly tip: number;
  readonly fee: number;
  readonly gas: number;
  readonly to: number;
  readonly accessList: number;
  readonly authorizations: number;
}

const layouts: Readonly<Record<EthereumType, Layout>> = {
  0: { count: 9, chainId: -1, nonce: 0, tip: 1, fee: 1, gas: 2, to: 3, accessList: -1, authorizations: -1 },
  1: { count: 11, chainId: 0, nonce: 1, tip: 2, fee: 2, gas: 3, to: 4, accessList: 7, authorizations: -1 },
  2: { count: 12, chainId: 0, nonce: 1, tip: 2, fee: 3, gas: 4, to: 5, accessList: 8, authorizations: -1 },
  4: { count: 13, chainId: 0, nonce: 1, tip: 2, fee: 3, gas: 4, to: 5, accessList: 8, authorizations: 9 },
};

const none: readonly never[] = [];

/**
 * Reads an Ethereum transaction (kairos 7.3) and checks all that needs no state: canonical form, ranges, chain id, T6 and
 * the second half of T7. Its signature is left to `verifyEthereum`.
 * @param envelope at most `tx.maxBytes`, checked by the caller
 * @param hash keccak of the envelope
 * @returns INVALID_FORMAT, WRONG_CHAIN (also for a missing chain id) or LIMIT_EXCEEDED (gas, init code)
 */
export function decodeEthereum(
  envelope: Uint8Array,
  hash: Digest,
  params: Pick<KairosParams, "chainId" | "tx">,
): Result<EthereumTransaction, TransactionFault> {
  const type = (envelope[0]! >= 0xc0 ? 0 : envelope[0]!) as EthereumType;
  const layout = layouts[type];
  const limits = { maxBytes: params.tx.maxBytes, maxItems, maxDepth: 4 };
  const items = decodeRlpList(type === 0 ? envelope : envelope.subarray(1), limits);
  if (!items.ok) return refuse("INVALID_FORMAT", items.fault.code);
  const f = items.value;
  if (f.length !== layout.count) return refuse("INVALID_FORMAT", `${layout.count} fields, not ${f.length}`);
  const nonce = uint(f[layout.nonce]!, 8);
  const tip = uint(f[layout.tip]!, 32);
  const fee = layout.fee === layout.tip ? tip : uint(f[layout.fee]!, 32);
  const gas = uint(f[layout.gas]!, 8);
  const value = uint(f[layout.to + 1]!, 32);
  const v = uint(f[layout.count - 3]!, 8);
  const signature = readSignature(f[layout.count - 2]!, f[layout.count - 1]!);
  if (nonce < 0n || tip < 0n || fee < 0n || gas < 0n || value < 0n || v < 0n || signature === undefined) {
    return refuse("INVALID_FORMAT", "a number is not minimal or too large");
  }
  const [to, data] = [f[layout.to]!, f[layout.to + 2]!];
  if (!(to instanceof Uint8Array) || !(to.length === 20 || (to.length === 0 && type !== 4))) {
    return refuse("INVALID_FORMAT", "a recipient has 20 bytes");
  }
  if (!(data instanceof Uint8Array)) return refuse("INVALID_FORMAT", "data must be bytes");
  const lists = readLists(f, layout);
  if (typeof lists === "string") return refuse("INVALID_FORMAT", lists);
  const place = type === 0 ? legacyPlace(v, hash, params) : typedPlace(v, uint(f[layout.chainId]!, 32), params);
  if (!place.ok) return place;
  const fields = {
    type,
    hash,
    envelope,
    chainId: place.value.chainId,
    nonce,
    gas,
    maxFeePerGas: fee,
    maxPriorityFeePerGas: tip,
    to: to.length === 0 ? undefined : addressOf(to),
    value,
    data,
    ...lists,
    yParity: place.value.yParity,
    signature,
  };
  const transaction: EthereumTransaction = { ...fields, intrinsicGas: intrinsicGas(fields) };
  return checkLimits(sparing(transaction, layout, limits), params);
}

/** Entries of an access list, and authorizations, that are kept in decoded form. */
const keptEntries = 16;

/**
 * Long lists take several times their bytes when decoded (an authorization of 26 bytes takes 500), and thousands of
 * transactions wait in the pool, whose limit counts bytes of envelopes: they are read again from the envelope, which is known
 * to be good, whenever somebody asks.
 */
function sparing(transaction: EthereumTransaction, layout: Layout, limits: RlpLimits): EthereumTransaction {
  const { accessList, authorizations, envelope } = transaction;
  const itemsAt = (at: number): RlpItem => {
    const items = decodeRlpList(envelope.subarray(1), limits);
    return items.ok ? items.value[at]! : [];
  };
  if (accessList.length + accessList.reduce((sum, { slots }) => sum + slots.length, 0) > keptEntries) {
    const get = () => readAccessList(itemsAt(layout.accessList));
    Object.defineProperty(transaction, "accessList", { enumerable: true, get });
  }
  if (authorizations.length > keptEntries) {
    const get = () => readAuthorizations(itemsAt(layout.authorizations));
    Object.defineProperty(transaction, "authorizations", { enumerable: true, get });
  }
  return transaction;
}

/** The integer, or -1 when it is not minimal, too long or a list. */
function uint(item: RlpItem, maxBytes: number): bigint {
  const read = readRlpUint(item, maxBytes);
  return read.ok ? read.value : -1n;
}

/** Access list and authorizations, or what is wrong with them. */
function readLists(
  f: readonly RlpItem[],
  layout: Layout,
): { accessList: readonly AccessListEntry[]; authorizations: readonly SignedAuthorization[] } | string {
  const accessList = layout.accessList < 0 ? none : readAccessList(f[layout.accessList]!);
  if (typeof accessList === "string") return accessList;
  const authorizations = layout.authorizations < 0 ? none : readAuthorizations(f[layout.authorizations]!);
  return typeof authorizations === "string" ? authorizations : { accessList, authorizations };
}

interface Place {
  readonly chainId: bigint;
  readonly yParity: 0 | 1;
}

function typedPlace(
  yParity: bigint,
  chainId: bigint,
  params: Pick<KairosParams, "chainId">,
): Result<Place, TransactionFault> {
  if (chainId < 0n || yParity > 1n) return refuse("INVALID_FORMAT", "chain id or yParity");
  if (chainId !== params.chainId) return refuse("WRONG_CHAIN", `have ${chainId} want ${params.chainId}`);
  return ok({ chainId, yParity: yParity === 0n ? 0 : 1 });
}

/** EIP-155: v is 35 or 36 plus twice the chain id; 27 and 28 name no chain and are accepted by exception only (7.1). */
function legacyPlace(
  v: bigint,
  hash: Digest,
  params: Pick<KairosParams, "chainId" | "tx">,
): Result<Place, TransactionFault> {
  if (v === 27n || v === 28n) {
    if (!params.tx.allowUnprotected && !params.tx.unprotected.includes(hash)) {
      return refuse("WRONG_CHAIN", "only replay-protected (EIP-155) transactions are accepted");
    }
    return ok({ chainId: 0n, yParity: v === 27n ? 0 : 1 });
  }
  if (v < 37n) return refuse("INVALID_FORMAT", "v");
  const chainId = (v - 35n) >> 1n;
  if (chainId !== params.chainId) return refuse("WRONG_CHAIN", `have ${chainId} want ${params.chainId}`);
  return ok({ chainId, yParity: (v & 1n) === 1n ? 0 : 1 });
}

/** T4 (range of the nonce), T6, T7 (tip within fee) and EIP-3860. */
function checkLimits(
  transaction: EthereumTransaction,
  { tx }: Pick<KairosParams, "tx">,
): Result<EthereumTransaction, TransactionFault> {
  const { nonce, gas, maxFeePerGas, maxPriorityFeePerGas, to, data } = transaction;
  if (nonce === 0xffff_ffff_ffff_ffffn) return refuse("INVALID_FORMAT", "nonce must be below 2^64-1");
  if (maxPriorityFeePerGas > maxFeePerGas) {
    return refuse("INVALID_FORMAT", "max priority fee per gas higher than max fee per gas");
  }
  if (to === undefined && data.length > maxInitCodeBytes) {
    return refuse("LIMIT_EXCEEDED", `max initcode size exceeded: code size ${data.length}, limit ${maxInitCodeBytes}`);
  }
  if (gas > tx.maxGas) return refuse("LIMIT_EXCEEDED", `gas limit ${gas} above ${tx.maxGas}`);
  if (gas < transaction.intrinsicGas) {
    return refuse("LIMIT_EXCEEDED", `intrinsic gas too low: gas ${gas}, minimum needed ${transaction.intrinsicGas}`);
  }
  return ok(transaction);
}
