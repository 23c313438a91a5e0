import { type Address, type Digest, digestOf, type Result } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import {
  type Answer,
  type CallRequest,
  type EthereumDraft,
  errorAnswer,
  type FieldsOf,
  type ParamSpec,
  refusal,
  result,
  signEthereumTransaction,
  type TransactionFault,
} from "@polis/kairos";
import { unsignedEnvelope } from "../chain/impersonated.ts";
import type { DevNode } from "../devNode.ts";

const quantity = (name: string, maxBits = 256) => ({ name, type: "number", maxBits, optional: true }) as const;
const slot = { name: "storageKey", type: "hash" } as const;
const accessFields = [
  { name: "address", type: "address" },
  { name: "storageKeys", type: "list", of: slot, max: 4_096 },
] as const;
const access = { name: "entry", type: "object", fields: accessFields } as const;

/** A transaction as tools send it to a node that signs: everything but the sender may be missing. */
export const transactionFields = [
  { name: "from", type: "address" },
  { name: "to", type: "address", optional: true },
  quantity("gas", 64),
  quantity("gasLimit", 64),
  quantity("gasPrice"),
  quantity("maxFeePerGas"),
  quantity("maxPriorityFeePerGas"),
  quantity("value"),
  quantity("nonce", 64),
  quantity("chainId", 64),
  quantity("type", 8),
  { name: "data", type: "data", maxBytes: 131_072, optional: true },
  { name: "input", type: "data", maxBytes: 131_072, optional: true },
  { name: "accessList", type: "list", of: access, max: 4_096, optional: true },
] as const satisfies readonly ParamSpec[];

/** Decoded members of `transactionFields`. */
export type TransactionRequest = FieldsOf<typeof transactionFields>;

/** An envelope, and its sender where no signature proves it. */
interface Made {
  readonly envelope: Uint8Array;
  readonly sender: Address | undefined;
}

/**
 * Fills a transaction in, signs it for a known account or an impersonated one, and submits it.
 * @returns its hash; the error of the estimate when it would fail and gas was not given
 */
export async function sendTransaction(node: DevNode, request: TransactionRequest): Promise<Answer> {
  const made = await makeTransaction(node, request);
  if (!made.ok) return made;
  const { envelope, sender } = made.value;
  const sent = (await node.chain.submit(envelope, sender)) as Result<Digest, TransactionFault>;
  return sent.ok ? result(`0x${sent.value}`) : errorAnswer(sent.fault);
}

/** The same without submitting it. @returns the envelope and its hash */
export async function signTransaction(node: DevNode, request: TransactionRequest): Promise<Answer> {
  const made = await makeTransaction(node, request);
  if (!made.ok) return made;
  const { envelope, sender } = made.value;
  if (sender !== undefined) return refusal(-32602, "invalid parameter from: the key of this account is not known");
  return result({ raw: `0x${envelope.toHex()}`, tx: { hash: `0x${digestOf(keccak256(envelope))}` } });
}

type MadeOrRefused = { readonly ok: true; readonly value: Made } | (Answer & { readonly ok: false });

async function makeTransaction(node: DevNode, request: TransactionRequest): Promise<MadeOrRefused> {
  const { keyring } = node;
  const from = request.from as Address;
  const secret = keyring.secretOf(from);
  const impersonated = secret === undefined && keyring.isImpersonated(from);
  if (secret === undefined && !impersonated) {
    return refusal(
      -32602,
      `invalid parameter from: this node does not know the key of 0x${from}; impersonate it first`,
    );
  }
  const drafted = await draft(node, request, from);
  if (!drafted.ok) return drafted;
  if (secret !== undefined) {
    return { ok: true, value: { envelope: signEthereumTransaction(drafted.value, secret), sender: undefined } };
  }
  return { ok: true, value: { envelope: unsignedEnvelope(drafted.value, from), sender: from } };
}

type Complete = Required<EthereumDraft>;

async function draft(
  { backend }: DevNode,
  request: TransactionRequest,
  from: Address,
): Promise<{ readonly ok: true; readonly value: Complete } | (Answer & { readonly ok: false })> {
  const { chainId } = backend.params;
  if (request.chainId !== undefined && request.chainId !== chainId) {
    return refusal(-32602, `invalid parameter chainId: this chain is ${chainId}`);
  }
  const { data, input } = request;
  if (data !== undefined && input !== undefined && data.toHex() !== input.toHex()) {
    return refusal(-32602, "invalid parameter input: data and input differ; give one of them");
  }
  const payload = input ?? data ?? new Uint8Array(0);
  const type = typeOf(request);
  if (type === undefined) return refusal(-32602, "invalid parameter type: want 0, 1 or 2 that fits the prices given");
  const prices = pricesOf(request, backend.nextBaseFee(), backend.suggestedTip());
  const accessList = (request.accessList ?? []).map(({ address, storageKeys }) => ({
    address: address as Address,
    slots: storageKeys as readonly Digest[],
  }));
  let gas = request.gas ?? request.gasLimit;
  if (gas === undefined) {
    const call = callOf(request, from, payload, accessList);
    const { callGasCap } = backend.limits;
    const block = backend.pendingBlock().digest;
    const job = { kind: "estimateGas", block, call, accounts: [], environment: {}, gasCap: callGasCap } as const;
    const estimate = await backend.run(job);
    if (!estimate.ok) return estimate;
    gas = BigInt(estimate.value as string);
  }
  return {
    ok: true,
    value: {
      type,
      chainId,
      nonce: request.nonce ?? backend.nextNonce(from),
      gas,
      ...prices,
      to: request.to as Address | undefined,
      value: request.value ?? 0n,
      data: payload,
      accessList,
      authorizations: [],
    } as Complete,
  };
}

function typeOf({ type, gasPrice, maxFeePerGas, maxPriorityFeePerGas, accessList }: TransactionRequest) {
  const isDynamic = maxFeePerGas !== undefined || maxPriorityFeePerGas !== undefined;
  const usual = gasPrice === undefined ? 2n : accessList === undefined ? 0n : 1n;
  const wanted = type ?? usual;
  if (wanted > 2n || (isDynamic && wanted !== 2n) || (gasPrice !== undefined && isDynamic)) return undefined;
  if (wanted === 0n && accessList !== undefined) return undefined;
  return Number(wanted) as 0 | 1 | 2;
}

/** Twice the base fee lets a transaction wait through several full blocks; types 0 and 1 have one price. */
function pricesOf({ type, gasPrice, ...request }: TransactionRequest, baseFee: bigint, tip: bigint) {
  if (gasPrice !== undefined) return { maxFeePerGas: gasPrice, maxPriorityFeePerGas: gasPrice };
  if (type === 0n || type === 1n) {
    return { maxFeePerGas: 2n * baseFee + tip, maxPriorityFeePerGas: 2n * baseFee + tip };
  }
  const maxPriorityFeePerGas = request.maxPriorityFeePerGas ?? tip;
  const maxFeePerGas = request.maxFeePerGas ?? 2n * baseFee + maxPriorityFeePerGas;
  const capped = maxPriorityFeePerGas > maxFeePerGas && request.maxPriorityFeePerGas === undefined;
  return { maxFeePerGas, maxPriorityFeePerGas: capped ? maxFeePerGas : maxPriorityFeePerGas };
}

function callOf(
  { to, gasPrice, maxFeePerGas, maxPriorityFeePerGas, value, nonce }: TransactionRequest,
  from: Address,
  data: Uint8Array,
  accessList: CallRequest["accessList"],
): CallRequest {
  const prices = { gasPrice, maxFeePerGas, maxPriorityFeePerGas };
  return {
    ...prices,
    ...{ from, to: to as Address | undefined, value, nonce, data, accessList },
    gas: undefined,
    authorizations: undefined,
  };
}
