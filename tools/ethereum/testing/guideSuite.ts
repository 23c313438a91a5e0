import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { parseEther } from "viem";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";

const root = join(import.meta.dirname, "../../..");

/** The guide for developers of applications does what it says. */
export function guideSuite(node: EthereumNode): void {
  describe(`docs/build.md on ${node.name}`, () => {
    test("its program pays one dollar and fifty cents", async (t) => {
      const { publicClient, address } = connect(node);
      const guide = readFileSync(join(root, "docs/build.md"), "utf8");
      const program = /```ts\n([\s\S]*?)```/.exec(guide)?.[1] ?? assert.fail("the guide has no program");
      mkdirSync(join(root, "tmp"), { recursive: true });
      const folder = mkdtempSync(join(root, "tmp", "guide-"));
      t.after(() => rmSync(folder, { recursive: true, force: true }));
      const file = join(folder, "program.ts");
      writeFileSync(file, program.replaceAll(/\/\/127\.0\.0\.1:8545/g, node.url.replace("http:", "")));
      const before = await publicClient.getBalance({ address: address(1) });
      await promisify(execFile)(process.execPath, [file], { timeout: 30_000 });
      assert.equal(await publicClient.getBalance({ address: address(1) }), before + parseEther("1.5"));
    });
  });
}
