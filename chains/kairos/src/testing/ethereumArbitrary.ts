import { type Address, address, type Digest, digest } from "@polis/codec";
import fc from "fast-check";
import { signAuthorization } from "../ethereum/signEthereum.ts";
import type { EthereumFields, EthereumType } from "../ethereum/types.ts";
import { testSecret } from "./genesisFixture.ts";

const account: fc.Arbitrary<Address> = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => address(bytes.toHex()));
const slot: fc.Arbitrary<Digest> = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => digest(bytes.toHex()));
const price = fc.bigInt(0n, (1n << 128n) - 1n);

const entry = fc.record({ address: account, slots: fc.array(slot, { maxLength: 3 }) }, { noNullPrototype: true });

const authorization = fc
  .record({ chainId: fc.constantFrom(0n, 1n, 52470n), address: account, nonce: fc.bigInt(0n, (1n << 64n) - 1n) })
  .map((tuple) => signAuthorization(tuple, testSecret(9)));

/** Any well-formed fields of an Ethereum transaction of chain 52470, with a gas limit that covers its intrinsic gas. */
export function ethereumFields(type: EthereumType): fc.Arbitrary<EthereumFields> {
  return fc
    .record({
      nonce: fc.bigInt(0n, (1n << 64n) - 2n),
      gas: fc.bigInt(1_000_000n, 16_000_000n),
      prices: fc.tuple(price, price),
      to: type === 4 ? account : fc.option(account, { nil: undefined }),
      value: fc.bigInt(0n, (1n << 256n) - 1n),
      data: fc.uint8Array({ maxLength: 200 }),
      accessList: fc.array(entry, { maxLength: 3 }),
      authorizations: fc.array(authorization, { minLength: 1, maxLength: 3 }),
    })
    .map(({ prices: [a, b], accessList, authorizations, ...rest }) => {
      const maxFeePerGas = a > b ? a : b;
      return {
        type,
        chainId: 52470n,
        ...rest,
        maxFeePerGas,
        maxPriorityFeePerGas: type < 2 ? maxFeePerGas : a > b ? b : a,
        accessList: type === 0 ? [] : accessList,
        authorizations: type === 4 ? authorizations : [],
      };
    });
}
