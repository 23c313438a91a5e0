// Deploys the verifier of finality and asks it about the last block, with a certificate of the threshold scheme.
//
//   npx node examples/finality-verifier/verify.ts <accounts.json> <genesis.json> <JSON-RPC URL>
//
// Here the contract is on Kairos itself; it works on every chain with the precompiles of EIP-2537 (Prague).
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import {
  bytesOf,
  createJsonRpc,
  type FinalityProof,
  type Hex,
  hexOf,
  KairosClient,
  type LightClient,
  PaymentBuilder,
  signEthereum,
  Wallet,
} from "@polis/sdk";
import solc from "solc";
import { type Abi, decodeFunctionResult, encodeDeployData, encodeFunctionData } from "viem";

const [accountsFile, genesisFile, url = "http://127.0.0.1:8545"] = process.argv.slice(2);
if (accountsFile === undefined || genesisFile === undefined) {
  throw new Error("usage: verify.ts <accounts.json> <genesis.json> [JSON-RPC URL]");
}

const { abi, bytecode } = compile();
const client = await KairosClient.connect(url);
const light: LightClient = client.light(readFileSync(genesisFile, "utf8"));
const { anchor } = light;
if (anchor.groupKeyL === undefined)
  throw new Error("the network has the multisig scheme; this contract is for threshold");

const contract = await deploy(
  encodeDeployData({
    abi,
    bytecode,
    args: [`0x${anchor.genesisHash}`, BigInt(anchor.epoch), hexOf(expandG1(anchor.groupKeyL))],
  }),
);
const { height } = await client.blocks().latest();
const proof = await client.proofs().finality(height);
if (proof === undefined) throw new Error(`no proof of block ${height}`);
console.log(`gas to verify: ${await gasOf(contract, proof)}`);
console.log(`the contract on block ${light.verify(proof).height}: ${await ask(contract, proof)}`);
const header = proof.headers.at(-1)!.slice();
// The first byte of the state root.
header[91]! ^= 1;
console.log(`with another state root: ${await ask(contract, { ...proof, headers: [header] })}`);

/** The last header is the one that the certificate names; a proof of an ancestor has the links before it. */
function callData({ certificate, headers }: FinalityProof): Hex {
  // In the threshold scheme the signature stands at 52 (kairos 3.4).
  const signature = expandG2(certificate.subarray(52, 148));
  return encodeFunctionData({ abi, functionName: "verify", args: [hexOf(headers.at(-1)!), hexOf(signature)] });
}

async function ask(to: Hex, asked: FinalityProof): Promise<boolean> {
  const data = (await createJsonRpc(url).call("eth_call", [{ to, data: callData(asked) }, "latest"])) as Hex;
  const [ok] = decodeFunctionResult({ abi, functionName: "verify", data }) as [boolean, unknown];
  return ok;
}

async function gasOf(to: Hex, asked: FinalityProof): Promise<number> {
  return Number(await createJsonRpc(url).call("eth_estimateGas", [{ to, data: callData(asked) }]));
}

/** Contracts are created by secp256k1 keys: a fresh one gets what it needs from the first test account. */
async function deploy(data: Hex): Promise<Hex> {
  const [{ secret }] = JSON.parse(readFileSync(accountsFile!, "utf8")) as [{ secret: string }];
  const deployer = Wallet.generate("secp256k1");
  await client.pay(PaymentBuilder.pay(deployer.address, "10"), Wallet.fromSecret("ed25519", `0x${secret}`));
  const fees = { gas: 3_000_000n, maxFeePerGas: 10n ** 12n };
  const sent = await client.submitAndWait(
    signEthereum(deployer, { chainId: client.chainId, nonce: 0n, ...fees, data }),
  );
  const receipt = await createJsonRpc(url).call("eth_getTransactionReceipt", [sent.hash]);
  if (sent.status === "failed") throw new Error("the contract was not created");
  return (receipt as unknown as { contractAddress: Hex }).contractAddress;
}

/** A compressed point of G1 in the 128 bytes of EIP-2537. */
function expandG1(compressed: Uint8Array): Uint8Array {
  const { x, y } = bls12_381.G1.Point.fromBytes(compressed).toAffine();
  return fields([x, y]);
}

/** A compressed point of G2 in the 256 bytes of EIP-2537. */
function expandG2(compressed: Uint8Array): Uint8Array {
  const { x, y } = bls12_381.G2.Point.fromBytes(compressed).toAffine();
  return fields([x.c0, x.c1, y.c0, y.c1]);
}

/** Every field element takes 64 bytes. */
function fields(values: readonly bigint[]): Uint8Array {
  return bytesOf(`0x${values.map((value) => value.toString(16).padStart(128, "0")).join("")}`);
}

function compile(): { readonly abi: Abi; readonly bytecode: Hex } {
  const content = readFileSync(join(import.meta.dirname, "KairosFinality.sol"), "utf8");
  const settings = {
    ...{ optimizer: { enabled: true, runs: 200 }, evmVersion: "prague" },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
  };
  const input = { language: "Solidity", sources: { "KairosFinality.sol": { content } }, settings };
  const { contracts, errors = [] } = JSON.parse(solc.compile(JSON.stringify(input)));
  const wrong = (errors as { severity: string; formattedMessage: string }[]).filter(
    ({ severity }) => severity === "error",
  );
  if (wrong.length > 0) throw new Error(wrong.map(({ formattedMessage }) => formattedMessage).join("\n"));
  const { abi: made, evm } = contracts["KairosFinality.sol"].KairosFinality;
  return { abi: made as Abi, bytecode: `0x${evm.bytecode.object}` };
}
