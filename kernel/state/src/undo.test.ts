import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, type Digest, digestOf, usdc18 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import fc from "fast-check";
import { earlierValues, rewind } from "./rewind.ts";
import { createStateTree } from "./stateTree.ts";
import { MemoryStore } from "./testing/memoryStore.ts";
import { emptyRoot } from "./trie/emptyTrieRoot.ts";
import { verifyProof } from "./trie/verifyProof.ts";
import type { StateReader, StateUndo } from "./types.ts";
import { decodeUndo, encodeUndo } from "./undoRow.ts";

const people = 5;
const slots = 4;
const address = (i: number) => (i + 1).toString(16).padStart(40, "0") as Address;
const slot = (i: number) => i.toString(16).padStart(64, "0") as Digest;
const block = (i: number) => digestOf(keccak256(Uint8Array.of(i)));
const start = "0".repeat(64) as Digest;

const write = fc.record({
  who: fc.nat(people - 1),
  what: fc.constantFrom("set" as const, "store" as const, "code" as const, "destroy" as const),
  slot: fc.nat(slots - 1),
  value: fc.constantFrom(0n, 1n, 300n, 2n ** 200n),
});

/** All that a state says of the accounts of this test. */
function picture(state: StateReader): string {
  const lines = Array.from({ length: people }, (_, i) => {
    const account = state.account(address(i));
    const words = Array.from({ length: slots }, (_, j) => state.storage(address(i), slot(j)));
    return [account?.nonce, account?.balance, account?.codeHash, account?.storageRoot, ...words].join(" ");
  });
  return lines.join("\n");
}

test("undos lead back to every earlier state, its root and its proofs, also through their rows", () => {
  fc.assert(
    fc.property(fc.array(fc.array(write, { maxLength: 8 }), { minLength: 1, maxLength: 5 }), (blocks) => {
      const store = new MemoryStore();
      const tree = createStateTree({ store, finalized: start, root: emptyRoot });
      const pictures = [picture(tree.at(start)!)];
      const roots: Digest[] = [emptyRoot];
      const undos: StateUndo[] = [];
      let parent = start;
      blocks.forEach((writes, i) => {
        const overlay = tree.fork(parent);
        for (const { who, what, slot: at, value } of writes) {
          if (what === "set") overlay.setAccount(address(who), value % 7n, usdc18(value));
          else if (what === "store") overlay.setStorage(address(who), slot(at), value);
          else if (what === "code") overlay.setCode(address(who), Uint8Array.of(Number(value % 200n)));
          else overlay.destroy(address(who));
        }
        roots.push(overlay.seal());
        parent = block(i);
        tree.adopt(parent, overlay);
        undos.unshift(decodeUndo(encodeUndo(tree.undo(parent)!)));
        void store.commit(tree.finalize(parent));
        pictures.push(picture(tree.at(parent)!));
      });
      for (let back = 0; back <= blocks.length; back++) {
        const overlay = tree.fork(parent);
        rewind(overlay, earlierValues(undos.slice(0, back)));
        const root = overlay.seal();
        assert.equal(root, roots[blocks.length - back]);
        assert.equal(picture(overlay), pictures[blocks.length - back]);
        const { proof } = tree.proofsIn(overlay).account(address(0));
        const key = keccak256(Uint8Array.fromHex(address(0)));
        const proven = verifyProof(root, key, proof);
        assert.ok(proven.ok);
        assert.equal(proven.value === undefined, overlay.account(address(0)) === undefined);
      }
    }),
    { numRuns: 60 },
  );
});

test("a damaged row of history throws", () => {
  const row = encodeUndo({ accounts: [[address(1), undefined]], slots: [[address(1), slot(1), 5n]] });
  assert.throws(() => decodeUndo(row.subarray(0, -1)), /cut off/);
  assert.throws(() => decodeUndo(Uint8Array.of(...row, 0)), /behind its end/);
  assert.deepEqual(row.toHex(), frozenRow);
});

/** One account that was absent, one slot that was 5. */
const frozenRow = `00000001${address(1)}0000000001${address(1)}${slot(1)}0105`;
