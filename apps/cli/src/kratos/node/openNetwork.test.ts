import assert from "node:assert/strict";
import { test } from "node:test";
import type { P2p } from "@polis/p2p";
import { addKnownPeers } from "./openNetwork.ts";

test("an address of a seed that makes no sense costs nothing but itself", () => {
  const added: string[] = [];
  const lines: string[] = [];
  const p2p = {
    addPeers: ([address]: readonly string[]) => {
      if (address === "nonsense") throw new RangeError("no multiaddress");
      added.push(address!);
    },
  } as unknown as P2p;
  const logger = { log: (_level: string, message: string) => void lines.push(message) };
  addKnownPeers({ p2p, secret: new Uint8Array(32) }, ["a", "nonsense", "b"], logger);
  assert.deepEqual(added, ["a", "b"]);
  assert.equal(lines.length, 1);
});
