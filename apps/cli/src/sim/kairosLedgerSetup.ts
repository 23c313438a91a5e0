import { bytesToHex0x, type Digest, digestOf, millis } from "@polis/codec";
import { bls, keccak256 } from "@polis/crypto";
import {
  createKairosLedger,
  decodeBlock,
  encodeBlock,
  type Genesis,
  genesisBlock,
  type KairosLedger,
  nativePerUnit,
  parseGenesis,
  recount,
} from "@polis/kairos";
import type { Store } from "@polis/ports";
import type { LedgerSetup, SimLedger } from "@polis/simulator";
import { contracts } from "./simulatedContracts.ts";
import { createSimulatedLoad, type SimulatedLoad } from "./simulatedLoad.ts";

const CHAIN_ID = 52_470n;

/**
 * The real Kairos ledger for the simulator: payments and contract calls with real signatures, executed, hashed and
 * finalized inside the simulated world, so that agreement is judged on state roots and USDC is counted (kairos U5).
 */
export function kairosLedgerSetup(n: number): LedgerSetup {
  const load = createSimulatedLoad(CHAIN_ID);
  const genesis = simulatedGenesis(n, load);
  return {
    genesis: genesisBlock(genesis).info,
    create: (_, store) => simLedger(genesis, store),
    transaction: (i) => load.transaction(i),
  };
}

function simLedger(genesis: Genesis, store: Store): SimLedger {
  const ledger = createKairosLedger({ genesis, store });
  return {
    inspect: (block) => ledger.inspect(block),
    execute: (block, leader) => ledger.execute(block, leader),
    build: (request) => ledger.build(request),
    isExecuted: (digest) => ledger.isExecuted(digest),
    finalize(digest) {
      // The store holds the state of the block before; a recount of it needs no trust in the ledger's own sums.
      assertConserved(ledger, store);
      return ledger.finalize(digest);
    },
    hasExecutable: () => ledger.hasExecutable(),
    stateRoot: (digest) => ledger.stateRoot(digest),
    submit: (transaction) => void ledger.admit(millis(0), 0, transaction),
    isFinal: (transaction) => ledger.transactionLocation(digestOf(keccak256(transaction))) !== undefined,
    corrupt: (block) => corrupt(genesis, block),
  };
}

/** U5: what all accounts hold is what was minted less what was burned. */
function assertConserved(ledger: KairosLedger, store: Store): void {
  const { minted, burned } = ledger.supply();
  const held = recount(store);
  const exists = (minted - burned) * nativePerUnit;
  if (held !== exists) throw new Error(`accounts hold ${held}, and ${exists} exists (U5)`);
}

/** The same block with another state root: it decodes, and its execution must refuse it (B10). */
function corrupt(genesis: Genesis, block: Uint8Array): Uint8Array {
  const decoded = decodeBlock(block, genesis.params);
  if (!decoded.ok) return block;
  const { header, transactions, prevSeed } = decoded.value;
  const stateRoot = header.stateRoot.split("").reverse().join("") as Digest;
  return encodeBlock({ ...header, stateRoot }, transactions, prevSeed).block;
}

/** The genesis of a simulated network of `n` validators: the senders of the load, and its contracts. */
export function simulatedGenesis(n: number, { funded, blacklister }: SimulatedLoad): Genesis {
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
    usdc: { roles: { blacklister: `0x${blacklister}` } },
    alloc: Object.fromEntries([
      ...funded.map((account) => [`0x${account}`, { balance: `${1_000n * 10n ** 18n}` }]),
      ...[contracts.splitter, contracts.destroyer, contracts.reverter, contracts.burner].map(({ address, code }) => [
        `0x${address}`,
        { nonce: "1", code },
      ]),
    ]),
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
