import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { type Address, erc20Abi, type Hex, keccak256, numberToHex, parseAbi, parseEther, toHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { privateKeyOf } from "../accounts.ts";
import { ownArtifact } from "../artifacts.ts";
import { connect } from "../connect.ts";
import { type EthereumNode, foundryProgram, withoutFoundry } from "../startAnvil.ts";
import { once } from "./once.ts";

const FACE: Address = "0x3600000000000000000000000000000000000000";
const UNIT = 10n ** 12n;
const MAX = 2n ** 256n - 1n;
const abi = [
  ...erc20Abi,
  ...parseAbi([
    "function version() view returns (string)",
    "function nonces(address owner) view returns (uint256)",
    "function DOMAIN_SEPARATOR() view returns (bytes32)",
    "function nativeBalanceOf(address account) view returns (uint256)",
    "function dustOf(address account) view returns (uint256)",
    "function isBlacklisted(address account) view returns (bool)",
    "function permit(address owner, address spender, uint256 value, uint256 deadline, bytes signature)",
    "function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)",
    "function receiveWithAuthorization(address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)",
    "function authorizationState(address authorizer, bytes32 nonce) view returns (bool)",
  ]),
];
const AUTHORIZATION = [
  { name: "from", type: "address" },
  { name: "to", type: "address" },
  { name: "value", type: "uint256" },
  { name: "validAfter", type: "uint256" },
  { name: "validBefore", type: "uint256" },
  { name: "nonce", type: "bytes32" },
] as const;

/** USDC on Kairos as wallets, payment services and indexers use it: the ERC-20 face of the native balance. */
export function faceSuite(node: EthereumNode): void {
  describe(`the USDC face on ${node.name}`, () => {
    const { chain, publicClient, wallet, address, mined, deploy, read, write } = connect(node);
    const face = { abi, bytecode: "0x" as Hex, address: FACE };
    const domain = { name: "USDC", version: "2", chainId: chain.id, verifyingContract: FACE } as const;
    const fresh = (seed: string) => privateKeyToAccount(keccak256(toHex(seed)));
    const probe = once(() => deploy(ownArtifact("Probe"), [1n]));

    test("a wallet sees one balance with two faces", async () => {
      assert.deepEqual(
        [await read(face, "symbol"), await read(face, "decimals"), await read(face, "version")],
        ["USDC", 6, "2"],
      );
      const to = fresh("two faces").address;
      await mined(await wallet(0).sendTransaction({ to, value: parseEther("1") + 5n }));
      assert.equal(await read(face, "balanceOf", to), 1_000_000n);
      assert.equal(await read(face, "nativeBalanceOf", to), parseEther("1") + 5n);
      assert.equal(await read(face, "dustOf", to), 5n);
      await write(0, face, "transfer", [to, 250_000n]);
      assert.equal(await publicClient.getBalance({ address: to }), parseEther("1.25") + 5n);
      assert.ok((await publicClient.getCode({ address: FACE }))!.length > 2);
    });

    test("allowances and permits move money as FiatToken's do", async () => {
      const deadline = MAX;
      const value = 3_000_000n;
      const owner = address(1);
      const spender = address(2);
      const nonce = (await read(face, "nonces", owner)) as bigint;
      const signature = await wallet(1).signTypedData({
        domain,
        types: {
          Permit: [
            { name: "owner", type: "address" },
            { name: "spender", type: "address" },
            { name: "value", type: "uint256" },
            { name: "nonce", type: "uint256" },
            { name: "deadline", type: "uint256" },
          ],
        },
        primaryType: "Permit",
        message: { owner, spender, value, nonce, deadline },
      });
      await write(3, face, "permit", [owner, spender, value, deadline, signature]);
      assert.equal(await read(face, "allowance", owner, spender), value);
      const to = fresh("permit").address;
      await write(2, face, "transferFrom", [owner, to, 2_000_000n]);
      assert.equal(await read(face, "balanceOf", to), 2_000_000n);
      await assert.rejects(
        write(2, face, "transferFrom", [owner, to, 2_000_000n]),
        /ERC20: transfer amount exceeds allowance/,
      );
      await assert.rejects(
        write(3, face, "permit", [owner, spender, value, deadline, signature]),
        /EIP2612: invalid signature/,
      );
    });

    test("a signed authorization is paid by whoever brings it, once", async () => {
      const to = fresh("authorization").address;
      const message = {
        from: address(4),
        to,
        value: 40_000n,
        validAfter: 0n,
        validBefore: MAX,
        nonce: keccak256(numberToHex(await publicClient.getBlockNumber())),
      };
      const signature = await wallet(4).signTypedData({
        domain,
        types: { TransferWithAuthorization: AUTHORIZATION },
        primaryType: "TransferWithAuthorization",
        message,
      });
      const call = [...Object.values(message), signature];
      await write(5, face, "transferWithAuthorization", call);
      assert.equal(await read(face, "balanceOf", to), 40_000n);
      assert.equal(await read(face, "authorizationState", address(4), message.nonce), true);
      await assert.rejects(write(5, face, "transferWithAuthorization", call), /authorization is used or canceled/);
      const late = [...Object.values({ ...message, validBefore: 1n, nonce: keccak256("0x01") }), signature];
      await assert.rejects(write(5, face, "transferWithAuthorization", late), /FiatTokenV2: authorization is expired/);
    });

    test("what cannot be, is refused with FiatToken's words", async () => {
      const poor = fresh("poor").address;
      await assert.rejects(
        publicClient.simulateContract({ ...face, functionName: "transfer", args: [address(0), 1n], account: poor }),
        /ERC20: transfer amount exceeds balance/,
      );
      const zero = "0x0000000000000000000000000000000000000000";
      await assert.rejects(write(0, face, "transfer", [zero, 1n]), /ERC20: transfer to the zero address/);
      assert.equal(await read(face, "isBlacklisted", FACE), true);
      await assert.rejects(write(0, face, "transfer", [FACE, 1n]), /Blacklistable: account is blacklisted/);
    });

    test("an indexer that follows Transfer logs sees every movement once", async () => {
      const contract = await probe();
      const [a, b] = [fresh("index a").address, fresh("index b").address];
      const start = (await publicClient.getBlockNumber()) + 1n;
      const people = [0, 1, 2].map(address).concat(a, b, contract.address);
      const balances = () => Promise.all(people.map((account) => publicClient.getBalance({ address: account })));
      const before = await balances();
      const fees = new Map<string, bigint>();
      const paid = (receipt: { from: string; gasUsed: bigint; effectiveGasPrice: bigint }) => {
        const fee = receipt.gasUsed * receipt.effectiveGasPrice;
        fees.set(receipt.from.toLowerCase(), (fees.get(receipt.from.toLowerCase()) ?? 0n) + fee);
      };
      paid(await mined(await wallet(0).sendTransaction({ to: a, value: 7n * UNIT })));
      paid(await write(1, face, "transfer", [b, 11n]));
      paid(await write(2, contract, "split", [a, b], 20n * UNIT));
      paid(await write(2, contract, "payAndForget", [a], 3n * UNIT));
      paid(await write(0, contract, "makeChild", [keccak256(toHex("child")), 1n], 0n));
      paid(await mined(await wallet(0).sendTransaction({ to: address(0), value: 9n * UNIT })));

      const logs = await publicClient.getContractEvents({
        abi: erc20Abi,
        address: FACE,
        eventName: "Transfer",
        fromBlock: start,
      });
      const movements = logs.map(({ args }) => [lower(args.from!), lower(args.to!), args.value!]);
      assert.deepEqual(
        movements,
        [
          [address(0), a, 7n],
          [address(1), b, 11n],
          [address(2), contract.address, 20n],
          [contract.address, a, 10n],
          [contract.address, b, 10n],
          [address(2), contract.address, 3n],
        ].map(([from, to, value]) => [lower(from as string), lower(to as string), value]),
      );
      const after = await balances();
      for (const [i, account] of people.entries()) {
        const seen = movements.reduce((sum, [from, to, value]) => {
          const amount = (value as bigint) * UNIT;
          return sum + (to === lower(account) ? amount : 0n) - (from === lower(account) ? amount : 0n);
        }, 0n);
        assert.equal(after[i]! - before[i]!, seen - (fees.get(account.toLowerCase()) ?? 0n), account);
      }
    });

    test("a native transfer's log is the first of its transaction, before the callee's own", async () => {
      const contract = await probe();
      const receipt = await write(0, contract, "pay", [fresh("order").address, 2n * UNIT], 2n * UNIT);
      assert.deepEqual(
        receipt.logs.map((log) => [log.address, log.logIndex]),
        [FACE, FACE, contract.address].map((emitter, i) => [lower(emitter).toLowerCase(), i]),
      );
    });

    test("cast's commands for tokens work on it", { skip: withoutFoundry("cast") }, async () => {
      const cast = async (...args: string[]) =>
        (await promisify(execFile)(foundryProgram("cast")!, ["erc20-token", ...args, "--rpc-url", node.url])).stdout;
      const to = fresh("cast").address;
      const before = (await read(face, "balanceOf", to)) as bigint;
      await cast("transfer", FACE, to, "2500000", "--private-key", privateKeyOf(6));
      assert.equal(BigInt((await cast("balance", FACE, to)).split(" ")[0]!), before + 2_500_000n);
      assert.match(await cast("symbol", FACE), /USDC/);
    });

    test("wallets learn about the currency from the node", async () => {
      const metadata = (await publicClient.request({ method: "kairos_chainMetadata", params: [] } as never)) as {
        nativeCurrency: { name: string; symbol: string; decimals: number };
      };
      assert.deepEqual({ ...metadata.nativeCurrency }, { name: "USDC", symbol: "USDC", decimals: 18 });
      assert.equal(await publicClient.request({ method: "eth_chainId" }), numberToHex(chain.id));
    });
  });
}

function lower(account: string): string {
  return account.toLowerCase();
}
