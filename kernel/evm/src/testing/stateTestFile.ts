import type { Address, Digest } from "@polis/codec";
import type { Fork } from "../seam/rules.ts";

/** An account in the JSON of the public tests; numbers and bytes are 0x hex, numbers possibly with leading zeros. */
export interface JsonAccount {
  readonly nonce: string;
  readonly balance: string;
  readonly code: string;
  readonly storage: Readonly<Record<string, string>>;
}

/** One signed EIP-7702 tuple in JSON. */
export interface JsonAuthorization {
  readonly chainId: string;
  readonly address: string;
  readonly nonce: string;
  readonly v?: string;
  readonly yParity?: string;
  readonly r: string;
  readonly s: string;
}

/** The transaction of a state test: three lists, from which each expectation picks one entry. */
export interface JsonTransaction {
  readonly nonce: string;
  readonly to?: string | null;
  readonly gasLimit: readonly string[];
  readonly value: readonly string[];
  readonly data: readonly string[];
  readonly accessLists?: readonly (readonly { address: string; storageKeys: readonly string[] }[] | null)[];
  readonly gasPrice?: string;
  readonly maxFeePerGas?: string;
  readonly maxPriorityFeePerGas?: string;
  readonly maxFeePerBlobGas?: string;
  readonly blobVersionedHashes?: readonly string[];
  readonly authorizationList?: readonly JsonAuthorization[];
  readonly sender?: string;
  readonly secretKey?: string;
}

/** What is expected of one transaction on one fork. */
export interface JsonExpectation {
  /** State root afterwards. */
  readonly hash: string;
  /** Keccak-256 of the RLP of the logs. */
  readonly logs: string;
  readonly indexes: { readonly data: number; readonly gas: number; readonly value: number };
  /** Present when the transaction must be refused. */
  readonly expectException?: string;
  /** The accounts afterwards, in the newer files. */
  readonly state?: Readonly<Record<string, JsonAccount>>;
}

/** One entry of a file of GeneralStateTests or of the execution specification's state tests. */
export interface JsonStateTest {
  readonly env: Readonly<Record<string, string>>;
  readonly pre: Readonly<Record<string, JsonAccount>>;
  readonly transaction: JsonTransaction;
  readonly post: Readonly<Record<string, readonly JsonExpectation[]>>;
  readonly config?: {
    readonly chainid?: string;
    readonly blobSchedule?: Readonly<Record<string, { readonly max: string; readonly baseFeeUpdateFraction: string }>>;
  };
}

/** One transaction of a state test on one fork. */
export interface StateTestCase {
  /** Name inside the file, fork, and indexes of data, gas and value. */
  readonly name: string;
  readonly fork: Fork;
  readonly test: JsonStateTest;
  readonly expected: JsonExpectation;
}

const forkNames: Readonly<Record<string, Fork>> = { Cancun: "cancun", Prague: "prague", Osaka: "osaka" };

/**
 * The cases of a file for the forks that the EVM knows.
 * @param text JSON of the file
 * @param only one fork, or all
 * @returns undefined when the file holds something else than state tests
 */
export function readStateTests(text: string, only?: Fork): StateTestCase[] | undefined {
  const file = JSON.parse(text) as Record<string, JsonStateTest>;
  const tests = Object.entries(file).filter(([name]) => name !== "_info");
  if (tests.length === 0 || tests.some(([, test]) => test.post === undefined || test.transaction === undefined))
    return undefined;
  return tests.flatMap(([name, test]) =>
    Object.entries(test.post).flatMap(([forkName, expectations]) => {
      const fork = forkNames[forkName];
      if (fork === undefined || (only !== undefined && fork !== only)) return [];
      return expectations.map((expected) => {
        const { data, gas, value } = expected.indexes;
        return { name: `${name} ${forkName} d${data}g${gas}v${value}`, fork, test, expected };
      });
    }),
  );
}

/** A number of the files, which may have leading zeros, be empty, or be marked as larger than a word ("0x:bigint 0x…"). */
export function numberOf(text: string | undefined): bigint {
  const digits = text?.replace("0x:bigint ", "");
  return digits === undefined || digits === "" || digits === "0x" ? 0n : BigInt(digits);
}

/** Bytes of the files. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.fromHex(text.startsWith("0x") ? text.slice(2) : text);
}

/** An address of the files. */
export function addressIn(text: string): Address {
  return text.slice(2).toLowerCase().padStart(40, "0") as Address;
}

/** A slot or hash of the files, which drop leading zeros of slots. */
export function digestIn(text: string): Digest {
  return text.slice(2).toLowerCase().padStart(64, "0") as Digest;
}
