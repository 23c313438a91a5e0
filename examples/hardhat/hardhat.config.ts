import { fileURLToPath } from "node:url";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatNodeTestRunner from "@nomicfoundation/hardhat-node-test-runner";
import { defineConfig } from "hardhat/config";

const config = defineConfig({
  plugins: [hardhatEthers, hardhatNodeTestRunner],
  solidity: {
    version: "0.8.37",
    // The compiler of the npm package solc: Hardhat then downloads nothing. Without this line it fetches a faster one.
    path: fileURLToPath(import.meta.resolve("solc/soljson.js")),
    settings: { evmVersion: "prague", optimizer: { enabled: true, runs: 200 } },
  },
  networks: {
    // `kairos dev` unlocks ten funded accounts, so that "remote" ones are enough. A public network needs your keys.
    kairos: { type: "http", url: process.env.KAIROS_URL ?? "http://127.0.0.1:8545", accounts: "remote" },
  },
});

// biome-ignore lint/style/noDefaultExport: Hardhat asks for one.
export { config as default };
