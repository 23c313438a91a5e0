import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { AddressSource, KnownPeer } from "./addressBook.ts";
import { chooseDials } from "./dialer.ts";

const known = (source: AddressSource, count: number): KnownPeer[] =>
  Array.from({ length: count }, (_, i) => ({ peer: `${source}${i}`, source, addresses: [] }));
const names = (chosen: readonly KnownPeer[]): string => chosen.map(({ source }) => source[0]).join("");

describe("whom to dial (kratos-core 12.2)", () => {
  it("dials seeds for all places while nobody else is known", () => {
    assert.equal(names(chooseDials(known("seed", 20), 0, new Set(), 16)), "s".repeat(16));
  });

  it("leaves half of the places to others when they are known", () => {
    const due = [...known("seed", 20), ...known("found", 20)];
    assert.equal(names(chooseDials(due, 0, new Set(), 16)), "ssssssssffffffff");
    assert.equal(names(chooseDials(due, 8, new Set(["x", "y"]), 16)), "f".repeat(14));
  });

  it("fills the rest with seeds when others are too few", () => {
    const due = [...known("seed", 20), ...known("found", 3)];
    assert.equal(names(chooseDials(due, 0, new Set(), 16)), "sssssssssssssfff");
  });

  it("never dials a connected peer, nor more than there are places", () => {
    const sources = fc.constantFrom<AddressSource>("seed", "mdns", "found");
    fc.assert(
      fc.property(fc.array(sources, { maxLength: 40 }), fc.nat(10), fc.nat(20), (list, seeds, target) => {
        const due = list.map((source, i) => ({ peer: `${i}`, source, addresses: [] }));
        const connected = new Set(due.filter((_, i) => i % 3 === 0).map(({ peer }) => peer));
        const chosen = chooseDials(due, seeds, connected, target);
        assert.ok(chosen.length <= Math.max(0, target - connected.size));
        assert.ok(chosen.every(({ peer }) => !connected.has(peer)));
        const free = due.length - connected.size;
        assert.ok(
          chosen.length === Math.min(free, Math.max(0, target - connected.size)),
          "no place is left without need",
        );
      }),
    );
  });
});
