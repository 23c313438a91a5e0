import { type Address, bytesToHex0x } from "@polis/codec";
import { bls, ed25519 } from "@polis/crypto";
import { parseGenesis } from "../genesis/parseGenesis.ts";
import type { Genesis } from "../genesis/types.ts";
import { createPaymentSigner, type PaymentSigner } from "../payment/signPayment.ts";

/** 32 bytes that differ for every index: secrets of tests. */
export function testSecret(index: number): Uint8Array {
  const secret = new Uint8Array(32).fill(7);
  secret[0] = 1;
  secret[30] = index >> 8;
  secret[31] = index & 255;
  return secret;
}

/** An account of a test. */
export function testSigner(index: number, kind: 0 | 1 | 2 = 1): PaymentSigner {
  return createPaymentSigner(kind, testSecret(index));
}

/** One USDC in native units. */
export const oneUsdc = 10n ** 18n;

/** What a test's genesis differs in. */
export interface GenesisFixture {
  readonly n?: number;
  readonly f?: number;
  /** Funded accounts with 1,000 USDC each, or with the balance given. */
  readonly funded?: readonly (Address | readonly [Address, bigint])[];
  /** Fields of the document to add or replace. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The JSON document of a small local network. */
export function testGenesisDocument(fixture: GenesisFixture = {}): Record<string, unknown> {
  const n = fixture.n ?? 1;
  const alloc: Record<string, { balance: string }> = {};
  for (const entry of fixture.funded ?? []) {
    const [account, balance] = typeof entry === "string" ? [entry, 1_000n * oneUsdc] : entry;
    alloc[`0x${account}`] = { balance: `${balance}` };
  }
  return {
    chainId: 52470,
    network: "local",
    n,
    f: fixture.f ?? 0,
    validators: Array.from({ length: n }, (_, index) => ({
      blsPublicKey: bytesToHex0x(bls.publicKey(bls.keygen(testSecret(1000 + index)))!),
      p2pPublicKey: bytesToHex0x(ed25519.publicKey(testSecret(2000 + index))),
      feeAddress: `0x${"fe".repeat(18)}${(index + 1).toString(16).padStart(4, "0")}`,
    })),
    treasury: `0x${"7e".repeat(20)}`,
    alloc,
    ...fixture.fields,
  };
}

/** A checked genesis of a small local network. */
export function testGenesis(fixture: GenesisFixture = {}): Genesis {
  return parseGenesis(testGenesisDocument(fixture));
}
