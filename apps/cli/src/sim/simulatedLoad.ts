import type { Address } from "@polis/codec";
import { ethereumAddress, secp256k1 } from "@polis/crypto";
import {
  buildPayment,
  createPaymentSigner,
  type EthereumDraft,
  faceAddress,
  signAuthorization,
  signEthereumTransaction,
  signPayment,
} from "@polis/kairos";
import { contracts } from "./simulatedContracts.ts";

/**
 * Accounts that send in a simulated network. More than a run of the usual length has transactions: one that every pool
 * lost in a crash must not leave a gap in front of a later one of the same sender.
 */
const senders = 256;
/** Accounts that only sign delegations (EIP-7702). */
const delegators = 16;
const secp256k1Kind = 0;
/** Above the cap of the base fee. */
const price = 10n ** 12n;
const oneUnit = 10n ** 12n;
/** Receives what contracts forward; on the blacklist at times. */
const receiver = "beef".repeat(10) as Address;

/** The transactions of a simulated network: payments and every kind of contract call, by the same accounts. */
export interface SimulatedLoad {
  readonly funded: readonly Address[];
  /** Accounts that sign delegations and are called under them. */
  readonly authorities: readonly Address[];
  /** May blacklist; one of the funded accounts. */
  readonly blacklister: Address;
  /** The i-th transaction; distinct for distinct i. */
  transaction(i: number): Uint8Array;
}

/** Makes the load of one chain. Keys follow from counters: a run must repeat, and nothing here is worth anything. */
export function createSimulatedLoad(chainId: bigint): SimulatedLoad {
  const secrets = Array.from({ length: senders + delegators }, (_, i) => secretOf(i));
  const addresses = secrets.map((secret) => ethereumAddress(secp256k1.publicKey(secret)!));
  const payers = secrets.slice(0, senders).map((secret) => createPaymentSigner(secp256k1Kind, secret));

  function payment(from: number, nonce: bigint): Uint8Array {
    const payments = [{ to: addresses[(from + 1) % senders]!, amount: 1_000n }];
    return signPayment(buildPayment({ chainId, nonce, kind: secp256k1Kind, payments }), payers[from]!);
  }

  /** One of eleven kinds of Ethereum transaction. */
  function draft(i: number, from: number): Partial<EthereumDraft> {
    const to = addresses[(from + 7) % senders]!;
    const authority = senders + (i % delegators);
    const kinds: readonly Partial<EthereumDraft>[] = [
      { type: 0, to, value: 3n * oneUnit },
      { to: contracts.splitter.address, value: 5n * oneUnit, data: word(receiver) },
      { to: faceAddress, data: callOf("a9059cbb", to, 2_000n) },
      { to: contracts.destroyer.address, value: oneUnit },
      { type: 1, to: contracts.reverter.address, value: oneUnit },
      { to: contracts.burner.address, value: oneUnit },
      { to: undefined, value: oneUnit, data: contracts.creation },
      { to: faceAddress, data: callOf("095ea7b3", to, BigInt(i)) },
      { type: 4, to: addresses[authority]!, value: oneUnit, data: word(to), authorizations: [delegation(authority)] },
      { to: faceAddress, data: Uint8Array.fromHex(`f9f92be4${word(receiver).toHex()}`) },
      { to: faceAddress, data: Uint8Array.fromHex(`1a895266${word(receiver).toHex()}`) },
    ];
    return kinds[i % kinds.length]!;
  }

  function delegation(authority: number) {
    return signAuthorization({ chainId: 0n, address: contracts.splitter.address, nonce: 0n }, secrets[authority]!);
  }

  return {
    funded: addresses.slice(0, senders),
    authorities: addresses.slice(senders),
    blacklister: addresses[blacklisterIndex]!,
    transaction(i) {
      const from = i % senders;
      const round = Math.floor(i / senders);
      const nonce = BigInt(round);
      if ((i + round) % 2 === 0) return payment(from, nonce);
      const base = { type: 2, chainId, nonce, gas: 200_000n, maxFeePerGas: price } as const;
      return signEthereumTransaction({ ...base, ...draft(i, from) }, secrets[from]!);
    },
  };
}

/** Its calls of `blacklist` and `unBlacklist` succeed, those of the others revert. */
const blacklisterIndex = 9;

/** ABI encoding of a selector, an address and an amount. */
function callOf(selector: string, account: Address, amount: bigint): Uint8Array {
  return Uint8Array.fromHex(selector + word(account).toHex() + amount.toString(16).padStart(64, "0"));
}

function word(account: Address): Uint8Array {
  return Uint8Array.fromHex(account.padStart(64, "0"));
}

function secretOf(i: number): Uint8Array {
  const secret = new Uint8Array(32).fill(9);
  secret[30] = i >> 8;
  secret[31] = i & 255;
  return secret;
}
