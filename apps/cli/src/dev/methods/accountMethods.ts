import { type Address, bytesToHex0x, type Digest, type Result } from "@polis/codec";
import {
  type Answer,
  errorAnswer,
  type Method,
  method,
  refusal,
  result,
  signEthereumTransaction,
  type TransactionFault,
} from "@polis/kairos";
import type { DevNode } from "../devNode.ts";
import { hashTypedData, TypedDataError } from "../signing/hashTypedData.ts";
import { personalDigest } from "../signing/keyring.ts";
import { sendTransaction, signTransaction, transactionFields } from "../signing/sendTransaction.ts";

const address = { name: "address", type: "address" } as const;
const message = { name: "message", type: "data", maxBytes: 1_048_576 } as const;
const transaction = { name: "transaction", type: "object", fields: transactionFields, open: true } as const;
/** A typed document comes as JSON, or as the text of it. */
const document = {
  name: "typedData",
  type: "union",
  of: [
    { name: "typedData", type: "text", maxLength: 262_144 },
    { name: "typedData", type: "json", maxNodes: 20_000 },
  ],
  form: "an EIP-712 document",
} as const;
const faucetGas = 100_000n;
const defaultFaucetAmount = 100n * 10n ** 18n;

/** Methods that sign for the accounts of this node, and the faucet. */
export function accountMethods(node: DevNode): Readonly<Record<string, Method>> {
  const { keyring } = node;
  const accounts = method([], () => result(keyring.addresses.map((one) => `0x${one}`)));
  const sign = (account: string, digest: Uint8Array): Answer => {
    const signature = keyring.sign(account as Address, digest);
    if (signature !== undefined) return result(bytesToHex0x(signature));
    return refusal(-32602, `invalid parameter address: this node does not know the key of 0x${account}`);
  };
  const typed = method([address, document], (_, [account, given]) => {
    try {
      return sign(account, hashTypedData(typeof given === "string" ? JSON.parse(given) : given));
    } catch (error) {
      if (!(error instanceof TypedDataError) && !(error instanceof SyntaxError)) throw error;
      return refusal(-32602, `invalid parameter typedData: ${error.message}`);
    }
  });
  return {
    eth_accounts: accounts,
    eth_requestAccounts: accounts,
    eth_sendTransaction: method([transaction], (_, [request]) => sendTransaction(node, request)),
    eth_signTransaction: method([transaction], (_, [request]) => signTransaction(node, request)),
    eth_sign: method([address, message], (_, [account, bytes]) => sign(account, personalDigest(bytes))),
    // Tools put the message first here, and the address first in eth_sign.
    personal_sign: method([message, address], (_, [bytes, account]) => sign(account, personalDigest(bytes))),
    eth_signTypedData_v4: typed,
    eth_signTypedData: typed,
    kairos_faucet: method([address, { name: "amount", type: "number", optional: true }], (_, [to, amount]) =>
      payFromFaucet(node, to as Address, amount ?? defaultFaucetAmount),
    ),
  };
}

/** A transfer like any other, so that whoever follows the face's logs sees it. */
async function payFromFaucet({ chain, backend, faucet }: DevNode, to: Address, value: bigint): Promise<Answer> {
  const draft = {
    type: 2 as const,
    chainId: backend.params.chainId,
    nonce: backend.nextNonce(faucet.address),
    gas: faucetGas,
    maxFeePerGas: 2n * backend.nextBaseFee(),
    to,
    value,
  };
  const envelope = signEthereumTransaction(draft, faucet.secret);
  const sent = (await chain.submit(envelope)) as Result<Digest, TransactionFault>;
  return sent.ok ? result(`0x${sent.value}`) : errorAnswer(sent.fault);
}
