import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bytesToHex0x } from "@polis/codec";
import { ethereumAddress, secp256k1 } from "@polis/crypto";
import { KAIROS_TABLES, schemaVersion, signEthereumTransaction } from "@polis/kairos";
import { openStorage, type Storage } from "@polis/storage";
import { TestNetwork } from "../../testing/network.ts";
import { waitUntil } from "../../testing/waitUntil.ts";
import { type NodeFiles, readNodeFiles } from "../nodeFiles.ts";

/** A contract that stores its second word at the slot of the first, and logs one topic. */
const storeCode = "600f80600b6000396000f3" + "6020356000355560aa60006000a100";
const secret = new Uint8Array(32).fill(7);
const builder = ethereumAddress(secp256k1.publicKey(secret)!);
const price = 1_000_000_000_000n;

/** The files of one validator that has stopped, after payments and contract calls in many blocks. */
export class StoppedChain {
  readonly net: TestNetwork;
  #copies = 0;

  private constructor(net: TestNetwork) {
    this.net = net;
  }

  /** @param whileRunning called with the files while the node runs */
  static async make(whileRunning: (files: NodeFiles) => Promise<void>): Promise<StoppedChain> {
    const net = await TestNetwork.generate(1, { alloc: { [`0x${builder}`]: 10n ** 21n } });
    const chain = new StoppedChain(net);
    try {
      await net.start();
      await chain.#act();
      await whileRunning(chain.files());
      await net.stop(0);
    } catch (error) {
      await net.close();
      throw error;
    }
    return chain;
  }

  /** Configuration and genesis; those of a copy have another `storage.path`. */
  files(storage = "data"): NodeFiles {
    const { configPath, dir } = this.net.made.nodes[0]!;
    const path = join(dir, `${storage}.toml`);
    writeFileSync(path, readFileSync(configPath, "utf8").replace(/^path = "data"$/m, `path = "${storage}"`));
    return readNodeFiles({ config: path });
  }

  /** A copy of the store that a test may change. */
  copy(): NodeFiles {
    const files = this.files(`copy${this.#copies++}`);
    cpSync(this.files().config.storage.path, files.config.storage.path, { recursive: true });
    return files;
  }

  /** A directory without a store. */
  empty(): NodeFiles {
    return this.files(`empty${this.#copies++}`);
  }

  async #act(): Promise<void> {
    let nonce = 0n;
    const send = async (raw: string) => {
      const hash = await this.net.call(0, "eth_sendRawTransaction", raw);
      let receipt: { readonly contractAddress: string; readonly status: string } | null = null;
      await waitUntil("a receipt", 10_000, async () => {
        receipt = (await this.net.call(0, "eth_getTransactionReceipt", hash)) as typeof receipt;
        return receipt !== null;
      });
      return receipt as unknown as { readonly contractAddress: string; readonly status: string };
    };
    const contract = (to: string | undefined, data: string) => {
      const draft = { type: 2, chainId: 52_470n, nonce: nonce++, gas: 200_000n, maxFeePerGas: price } as const;
      const call = { ...draft, data: Uint8Array.fromHex(data), ...(to && { to: to.slice(2) as never }) };
      return send(bytesToHex0x(signEthereumTransaction(call, secret)));
    };
    const [first, second] = this.net.payers;
    const { contractAddress } = await contract(undefined, storeCode);
    const word = (value: number) => value.toString(16).padStart(64, "0");
    for (const [slot, value] of [
      [1, 5],
      [2, 6],
      [1, 7],
      [2, 0],
      [3, 1],
      [4, 2],
    ] as const) {
      const { status } = await contract(contractAddress, word(slot) + word(value));
      if (status !== "0x1") throw new Error("the contract call failed");
      await send(first!.pay(second!.address, 1_000_000n + BigInt(value)).raw);
    }
    await send(second!.pay("77".repeat(20) as never, 5n).raw);
  }
}

/** Opens a store for changes. */
export function openFiles({ config, genesisHash }: NodeFiles): Promise<Storage> {
  return openStorage({
    ...{ path: config.storage.path, tables: KAIROS_TABLES, schema: schemaVersion, identity: genesisHash },
    mapSizeBytes: config.storage.mapSize,
  });
}
