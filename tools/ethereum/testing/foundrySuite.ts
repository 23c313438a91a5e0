import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { privateKeyOf } from "../accounts.ts";
import { type EthereumNode, foundryProgram, withoutFoundry } from "../startAnvil.ts";
import { copyExample } from "./copyExample.ts";

/** forge builds the project of `examples/foundry`, tests it on a fork of a node, and deploys it there. */
export function foundrySuite(node: EthereumNode): void {
  describe(`forge on ${node.name}`, { skip: withoutFoundry("forge", "cast") }, () => {
    test("the example is tested on a fork, created, and deployed by its script", async (t) => {
      const example = copyExample("foundry");
      t.after(() => example.remove());
      const env = { FOUNDRY_OFFLINE: "true", FOUNDRY_SOLC: join(import.meta.dirname, "../solc.ts") };
      const forge = (...args: string[]) => example.run(foundryProgram("forge")!, args, env);
      const key = ["--rpc-url", node.url, "--private-key", privateKeyOf(5), "--broadcast"];

      assert.match(await forge("test", "--fork-url", node.url), /4 tests passed, 0 failed/);

      const created = await forge("create", "src/Savings.sol:Savings", ...key);
      const address = /Deployed to: (0x[0-9a-fA-F]{40})/.exec(created)?.[1];
      assert.ok(address !== undefined, created);

      const script = await forge("script", "script/Deploy.s.sol", ...key);
      assert.match(script, /ONCHAIN EXECUTION COMPLETE & SUCCESSFUL/);
      const deployed = /contract Savings (0x[0-9a-fA-F]{40})/.exec(script)?.[1] ?? assert.fail(script);
      const cast = (...args: string[]) => example.run(foundryProgram("cast")!, args, { ETH_RPC_URL: node.url });
      assert.equal(BigInt(await cast("balance", deployed)), 10n ** 18n);
      assert.equal(await cast("code", address), await cast("code", deployed));

      if (node.name !== "kairos") return;
      const units = await forge("script", "script/SaveUnits.s.sol", "--skip-simulation", ...key);
      const saving = /contract Savings (0x[0-9a-fA-F]{40})/.exec(units)?.[1] ?? assert.fail(units);
      assert.equal(BigInt(await cast("balance", saving)), 2n * 10n ** 18n);
    });

    test("both examples show the same contract", () => {
      const examples = join(import.meta.dirname, "../../../examples");
      assert.equal(
        readFileSync(join(examples, "foundry/src/Savings.sol"), "utf8"),
        readFileSync(join(examples, "hardhat/contracts/Savings.sol"), "utf8"),
      );
    });
  });
}
