import { type Address, type Digest, digest, address as toAddress } from "@polis/codec";
import { faceAddress, isPredeploy, paymentsLogAddress, zeroAddress } from "../addresses.ts";
import { Fields, readHex } from "./fields.ts";
import { standardPredeploys } from "./predeployCode.ts";
import type { GenesisAllocation } from "./types.ts";

/** Reads `alloc{address: {balance, nonce?, code?, storage?}}`, sorted by address. The zero address and the face are refused. */
export function readAllocation(alloc: Fields): readonly GenesisAllocation[] {
  return readAccounts(alloc, (account) => {
    if (account.address === zeroAddress) return "the zero address holds no balance";
    return natives.has(account.address) ? "a native contract holds no balance" : undefined;
  });
}

/**
 * Reads `predeploys`, of the same form as `alloc` with a nonce of 1: contracts at the addresses of kairos 10.3. Code may be
 * left out where it is known. Without the section a network has all contracts whose code is known.
 */
export function readPredeploys(top: Fields, chainId: bigint): readonly GenesisAllocation[] {
  const standard = standardPredeploys(chainId);
  const given = top.raw("predeploys") !== undefined;
  const section = given ? top.object("predeploys") : new Fields(keysOf(standard), "predeploys", top.problems);
  const accounts = readAccounts(section, ({ address, code }) => {
    if (!isPredeploy(address) || natives.has(address)) return "not an address of a predeployed contract";
    const bytes = code ?? standard.get(address);
    return bytes === undefined || bytes.length === 0 ? "a predeployed contract needs code" : undefined;
  });
  return accounts.map((account) => ({
    ...account,
    code: account.code ?? standard.get(account.address),
    nonce: account.nonce === 0n ? 1n : account.nonce,
  }));
}

/** Addresses that the ledger itself fills. */
const natives: ReadonlySet<Address> = new Set([faceAddress, paymentsLogAddress]);

function keysOf(standard: ReadonlyMap<Address, Uint8Array>): Record<string, object> {
  return Object.fromEntries([...standard.keys()].map((account) => [`0x${account}`, {}]));
}

function readAccounts(
  section: Fields,
  refusal: (account: GenesisAllocation) => string | undefined,
): readonly GenesisAllocation[] {
  const accounts = new Map<string, GenesisAllocation>();
  for (const key of section.keys()) {
    const value = section.raw(key);
    const bytes = readHex(key, 20, 20);
    if (bytes === undefined) {
      section.problems.push(`${section.name(key)}: the key must be 0x and 40 hex characters`);
      continue;
    }
    const fields = new Fields(value, section.name(key), section.problems);
    const account: GenesisAllocation = {
      address: toAddress(bytes.toHex()),
      balance: fields.amount("balance", 0n),
      nonce: fields.amount("nonce", 0n),
      code: fields.optionalBytes("code", 0, 24_576),
      storage: readStorage(fields.object("storage")),
    };
    fields.refuseUnknown();
    const refused = accounts.has(account.address) ? "the address is given twice" : refusal(account);
    if (refused !== undefined) section.problems.push(`${fields.path}: ${refused}`);
    if (account.nonce >= 1n << 64n) section.problems.push(`${fields.path}.nonce must be below 2^64`);
    accounts.set(account.address, account);
  }
  return [...accounts.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
}

function readStorage(fields: Fields): readonly (readonly [slot: Digest, value: bigint])[] {
  const slots: [Digest, bigint][] = [];
  for (const key of fields.keys()) {
    const slot = readHex(key, 32, 32);
    const value = readHex(fields.raw(key), 1, 32);
    if (slot === undefined || value === undefined) {
      fields.problems.push(`${fields.name(key)}: a slot of 32 bytes and a value of up to 32 bytes, both as 0x hex`);
    } else {
      slots.push([digest(slot.toHex()), BigInt(`0x${value.toHex()}`)]);
    }
  }
  return slots.sort(([a], [b]) => (a < b ? -1 : 1));
}
