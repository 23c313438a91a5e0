import assert from "node:assert/strict";
import { test } from "node:test";
import { schema } from "../schema.ts";
import { consensusEffects } from "./consensusEffects.ts";
import type { Effect } from "./effect.ts";
import { interfaceEffects } from "./interfaceEffects.ts";
import { listenerKeys } from "./listenerKeys.ts";
import { networkEffects } from "./networkEffects.ts";
import { nodeEffects } from "./nodeEffects.ts";
import { restEffects } from "./restEffects.ts";

const network = nodeEffects();
const effects: readonly Effect[] = [
  ...consensusEffects,
  ...networkEffects,
  ...interfaceEffects,
  ...restEffects,
  ...listenerKeys,
  ...network.effects,
];

test("X5, A-CFG-4: every key of the schema has an entry that says how its effect is observed, and only keys have", () => {
  const keys = Object.entries(schema).flatMap(([section, all]) => Object.keys(all).map((name) => `${section}.${name}`));
  const entries = effects.map(({ key }) => key);
  assert.deepEqual(
    keys.filter((key) => !entries.includes(key)),
    [],
    "keys without an entry: add one in config/effects",
  );
  assert.deepEqual(
    entries.filter((key, i) => !keys.includes(key) || entries.indexOf(key) !== i),
    [],
    "entries without a key, or twice",
  );
});

test("X5: every key changes what it is for", { timeout: 60_000 }, async (t) => {
  t.after(() => network.close());
  for (const { key, check } of effects) await t.test(key, () => check());
});
