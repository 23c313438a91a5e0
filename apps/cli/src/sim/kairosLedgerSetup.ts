import { bytesToHex0x, type Digest, digestOf, millis } from "@polis/codec";
import { bls, keccak256 } from "@polis/crypto";
import {
  buildPayment,
  createKairosLedger,
  createPaymentSigner,
  decodeBlock,
  encodeBlock,
  type Genesis,
  genesisBlock,
  parseGenesis,
  signPayment,
} from "@polis/kairos";
import type { Store } from "@polis/ports";
import type { LedgerSetup, SimLedger } from "@polis/simulator";

/**
 * Accounts that pay in a simulated network. More than a run of the usual length has payments: a payment that every pool
 * lost in a crash must not leave a gap in front of a later one of the same payer.
 */
const PAYERS = 256;
const ED25519 = 1;
const CHAIN_ID = 52_470n;

/**
 * The real Kairos ledger for the simulator: real payments with real signatures, executed, hashed and finalized inside the
 * simulated world, so that agreement is judged on state roots. Keys follow from counters, because a run must be the same
 * every time and nothing here is worth anything.
 */
export function kairosLedgerSetup(n: number): LedgerSetup {
  const signers = Array.from({ length: PAYERS }, (_, i) => createPaymentSigner(ED25519, secretOf(i)));
  const genesis = simulatedGenesis(
    n,
    signers.map(({ address }) => address),
  );
  return {
    genesis: genesisBlock(genesis).info,
    create: (_, store) => simLedger(genesis, store),
    transaction: (i) => {
      const signer = signers[i % PAYERS];
      const to = signers[(i + 1) % PAYERS]?.address;
      if (signer === undefined || to === undefined) throw new Error("there are payers");
      const nonce = BigInt(Math.floor(i / PAYERS));
      return signPayment(buildPayment({ chainId: CHAIN_ID, nonce, payments: [{ to, amount: 1_000n }] }), signer);
    },
  };
}

function simLedger(genesis: Genesis, store: Store): SimLedger {
  const ledger = createKairosLedger({ genesis, store });
  return {
    inspect: (block) => ledger.inspect(block),
    execute: (block, leader) => ledger.execute(block, leader),
    build: (request) => ledger.build(request),
    isExecuted: (digest) => ledger.isExecuted(digest),
    finalize: (digest) => ledger.finalize(digest),
    hasExecutable: () => ledger.hasExecutable(),
    stateRoot: (digest) => ledger.stateRoot(digest),
    submit: (transaction) => void ledger.admit(millis(0), 0, transaction),
    isFinal: (transaction) => ledger.transactionLocation(digestOf(keccak256(transaction))) !== undefined,
    corrupt: (block) => corrupt(genesis, block),
  };
}

/** The same block with another state root: it decodes, and its execution must refuse it (B10). */
function corrupt(genesis: Genesis, block: Uint8Array): Uint8Array {
  const decoded = decodeBlock(block, genesis.params);
  if (!decoded.ok) return block;
  const { header, transactions, prevSeed } = decoded.value;
  const stateRoot = header.stateRoot.split("").reverse().join("") as Digest;
  return encodeBlock({ ...header, stateRoot }, transactions, prevSeed).block;
}

function simulatedGenesis(n: number, payers: readonly string[]): Genesis {
  const fill = (bytes: number, kind: number, i: number) => {
    const out = new Uint8Array(bytes).fill(kind);
    out[0] = i >> 8;
    out[1] = i & 255;
    return bytesToHex0x(out);
  };
  return parseGenesis({
    chainId: Number(CHAIN_ID),
    network: "local",
    n,
    f: Math.floor((n - 1) / 5),
    validators: Array.from({ length: n }, (_, i) => ({
      blsPublicKey: blsKey(i),
      p2pPublicKey: fill(32, 2, i),
      feeAddress: fill(20, 3, i),
    })),
    treasury: `0x${"7e".repeat(20)}`,
    alloc: Object.fromEntries(payers.map((payer) => [`0x${payer}`, { balance: `${1_000n * 10n ** 18n}` }])),
  });
}

function blsKey(i: number): string {
  const key = bls.publicKey(bls.keygen(secretOf(i)));
  if (key === undefined) throw new Error("a generated secret has a public key");
  return bytesToHex0x(key);
}

function secretOf(i: number): Uint8Array {
  const secret = new Uint8Array(32).fill(9);
  secret[30] = i >> 8;
  secret[31] = i & 255;
  return secret;
}
