// Runs one validator inside this program: a network of one that forms its own genesis, for tests and first steps.
//
//   npx node examples/validator.ts [blocks]
//
// Ends by itself after so many blocks, three unless told otherwise.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeConfig, ValidatorIdentity, ValidatorNode } from "@polis/cli";

const blocks = Number(process.argv[2] ?? 3);
const folder = mkdtempSync(join(tmpdir(), "kairos-example-"));
const config = NodeConfig.fromObject({
  consensus: { n: 1, f: 0, network: "local" },
  storage: { path: folder },
  p2p: { listen_addr: "127.0.0.1:0" },
  jsonrpc: { listen_addr: "127.0.0.1:0" },
  rpc: { listen_addr: "127.0.0.1:0" },
  workers: { signature: 0 },
});
const identity = ValidatorIdentity.generate();
const quiet = { log: () => undefined };

const node = await ValidatorNode.fromConfig(config, identity, quiet);
await node.waitReady();
console.log(`JSON-RPC on port ${node.rpcPort}`);
await new Promise<void>((resolve, reject) => {
  node.on("error", reject);
  node.on("finalized", ({ height, digest }) => {
    console.log(`block ${height} is final: ${digest.slice(0, 16)}`);
    if (height >= blocks) resolve();
  });
});
await node.shutdown(10_000);
rmSync(folder, { recursive: true });
