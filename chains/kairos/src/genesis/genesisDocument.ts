import { bytesToHex0x } from "@polis/codec";
import type { Json } from "./canonicalJson.ts";
import type { Genesis, GenesisAllocation, GenesisValidator } from "./types.ts";

/**
 * The complete document of a genesis: every field present, defaults included, in one spelling. `parseGenesis` reads it
 * back to the same value. Its canonical JSON is what the genesis block commits to, so that two files that mean the same
 * give the same network identity, and a later change of a default changes none.
 */
export function genesisDocument(genesis: Genesis): { readonly [key: string]: Json | undefined } {
  const { params, usdc } = genesis;
  const { block, tx, fees } = params;
  return {
    chainId: Number(params.chainId),
    network: genesis.network,
    timestamp: genesis.timestampS,
    epoch: params.epoch,
    n: genesis.n,
    f: genesis.f,
    scheme: genesis.scheme,
    randomness: params.randomness,
    leader: genesis.leader,
    maxViewLead: genesis.maxViewLead,
    validators: genesis.validators.map(validatorDocument),
    groupKeyM: optionalHex(genesis.groupKeyM),
    groupKeyL: optionalHex(genesis.groupKeyL),
    block: { gasLimit: `${block.gasLimit}`, maxBytes: block.maxBytes, maxTransactions: block.maxTransactions },
    tx: {
      maxBytes: tx.maxBytes,
      maxGas: `${tx.maxGas}`,
      allowUnprotected: tx.allowUnprotected,
      // Absent rather than empty, so that networks without exceptions keep their identity.
      unprotected: tx.unprotected.length === 0 ? undefined : tx.unprotected.map((hash) => `0x${hash}`),
      paymentKinds: tx.paymentKinds,
    },
    fees: {
      targetGas: `${fees.targetGas}`,
      floor: `${fees.floor}`,
      cap: `${fees.cap}`,
      initial: `${fees.initial}`,
      smoothing: `${fees.smoothing}`,
      changeDivisor: `${fees.changeDivisor}`,
    },
    usdc: {
      name: usdc.name,
      symbol: usdc.symbol,
      currency: usdc.currency,
      version: usdc.version,
      roles: Object.fromEntries(Object.entries(usdc.roles).map(([role, holder]) => [role, `0x${holder}`])),
      blacklisted: usdc.blacklisted.map((account) => `0x${account}`),
      paused: usdc.paused,
    },
    hardfork: params.osakaTimestampS === undefined ? params.hardfork : { osaka: params.osakaTimestampS },
    treasury: `0x${params.treasury}`,
    alloc: Object.fromEntries(genesis.alloc.map(accountDocument)),
    predeploys: Object.fromEntries(genesis.predeploys.map(accountDocument)),
  };
}

function validatorDocument(validator: GenesisValidator): Json {
  return {
    blsPublicKey: bytesToHex0x(validator.blsPublicKey),
    blsPop: optionalHex(validator.blsPop),
    p2pPublicKey: bytesToHex0x(validator.p2pPublicKey),
    p2pBinding: optionalHex(validator.p2pBinding),
    feeAddress: `0x${validator.feeAddress}`,
    name: validator.name,
    address: validator.address,
    shareKeyM: optionalHex(validator.shareKeyM),
    shareKeyL: optionalHex(validator.shareKeyL),
  };
}

function accountDocument(account: GenesisAllocation): [string, Json] {
  const storage = account.storage.map(([slot, value]) => [`0x${slot}`, `0x${value.toString(16).padStart(64, "0")}`]);
  const document = {
    balance: `${account.balance}`,
    nonce: `${account.nonce}`,
    code: optionalHex(account.code),
    storage: Object.fromEntries(storage) as Record<string, string>,
  };
  return [`0x${account.address}`, document];
}

function optionalHex(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : bytesToHex0x(bytes);
}
