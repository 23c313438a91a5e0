import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { EthereumNode } from "../startAnvil.ts";
import { copyExample } from "./copyExample.ts";

const require = createRequire(import.meta.url);
const HARDHAT = join(import.meta.dirname, "../../../node_modules/hardhat/dist/src/cli.js");

/** Hardhat 3 compiles, deploys and tests the project of `examples/hardhat` on a node. */
export function hardhatSuite(node: EthereumNode): void {
  describe(`Hardhat on ${node.name}`, { skip: withoutHardhat() }, () => {
    test("the example's tests pass", async (t) => {
      const example = copyExample("hardhat");
      t.after(() => example.remove());
      const output = await example.run(process.execPath, [HARDHAT, "test", "--network", "kairos"], {
        KAIROS_URL: node.url,
      });
      // The test of the ERC-20 face runs only where there is one.
      assert.match(output, node.name === "kairos" ? /6 passing/ : /5 passing/, output);
    });
  });
}

/** Hardhat does not even start without its own EVM's binary, which npm leaves out on systems it does not fit. */
function withoutHardhat(): string | false {
  try {
    require("@nomicfoundation/edr");
    return false;
  } catch {
    return "Hardhat cannot run: npm has not installed @nomicfoundation/edr's binary for this system";
  }
}
