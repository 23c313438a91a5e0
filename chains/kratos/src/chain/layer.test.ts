import assert from "node:assert/strict";
import { test } from "node:test";
import { kceU32 } from "@polis/codec";
import type { Store } from "@polis/ports";
import fc from "fast-check";
import { defineItem } from "../state/item.ts";
import { FinalEntries, Layer, type LayerChange } from "./layer.ts";

const items = Array.from({ length: 6 }, (_, i) => defineItem(`item${i}`, { codec: kceU32, maxBytes: 4, missing: 0 }));

function changeOf(i: number, value: number): LayerChange {
  const { name, key } = items[i]!;
  return { name, key, value: Uint8Array.of(value), decoded: value };
}

/** A stack of layers whose lower part becomes final step by step, beside what each entry must be. */
test("an entry reads as its newest change, however many layers lie above it and become final", () => {
  const steps = fc.array(
    fc.record({ item: fc.nat(5), value: fc.nat(255), finalize: fc.option(fc.nat(200), { freq: 9 }) }),
    { minLength: 60, maxLength: 160 },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const stored = new Map<string, Uint8Array | undefined>();
      const get: Store["get"] = (_, key) => stored.get(new TextDecoder().decode(key));
      const final = new FinalEntries({ get, range: () => [], commit: async () => undefined });
      const expected = new Map<string, number>();
      let layers: Layer[] = [];
      for (const { item, value, finalize } of all) {
        const change = changeOf(item, value);
        layers.push(new Layer(layers.at(-1) ?? final, [change]));
        expected.set(change.name, value);
        if (finalize !== null && finalize < layers.length) {
          const gone = layers.splice(0, finalize);
          for (const { changes } of gone) {
            for (const one of changes.values()) stored.set(new TextDecoder().decode(one.key), one.value);
            final.absorb(changes.values());
          }
          for (const layer of layers) layer.settle(final, new Set(gone));
        }
        const top = layers.at(-1)!;
        for (const one of items) {
          assert.equal(top.entry(one)?.[0], expected.get(one.name), one.name);
          const known = top.value(one);
          if (known !== undefined) assert.equal(known.value, expected.get(one.name));
        }
      }
      layers = [];
    }),
    { numRuns: 60 },
  );
});
