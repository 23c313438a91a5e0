import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ConfigError } from "../../errors.ts";
import { checkAgainstGenesis, type GenesisFacts } from "../checkAgainstGenesis.ts";
import { loadConfig } from "../loadConfig.ts";
import type { Config } from "../schema.ts";

/** How a test observes that a key does something (kairos X5). */
export interface Effect {
  /** `section.key`. */
  readonly key: string;
  check(): void | Promise<void>;
}

/** Values of keys by `section.key`. */
export type Values = Readonly<Record<string, unknown>>;

/** The configuration with these values over the defaults. */
export function configWith(values: Values): Config {
  const all: Values = { "storage.path": "/tmp/kairos-effects", ...values };
  return loadConfig({
    flags: Object.fromEntries(Object.entries(all).map(([key, value]) => [key, { value, flag: `the value of ${key}` }])),
  });
}

/**
 * What the node hands to the part that the key is for: `expected` with the value, and something else without it.
 * @param observe the node's own function from configuration to that part's options
 */
export function passes(
  key: string,
  value: unknown,
  observe: (config: Config) => unknown,
  expected: unknown,
  others: Values = {},
): Effect {
  return {
    key,
    check: () => {
      assert.deepEqual(observe(configWith({ ...others, [key]: value })), expected);
      assert.notDeepEqual(observe(configWith(others)), expected, "the default is another one");
    },
  };
}

/** The value is refused, and the message begins with the key. */
export function refused(key: string, value: unknown): Effect {
  return {
    key,
    check: () => {
      assert.throws(
        () => configWith({ [key]: value }),
        (error) => error instanceof ConfigError && error.problems.length === 1 && error.problems[0]!.startsWith(key),
      );
    },
  };
}

/** A genesis of six validators without keys. */
export const facts: GenesisFacts = {
  n: 6,
  f: 1,
  network: "local",
  leader: "round-robin",
  maxViewLead: 64,
  params: { block: { maxBytes: 2 ** 21 } },
  validators: [],
};

/** The value contradicts the genesis, and the problem begins with the key. */
export function contradicts(key: string, value: unknown, others: Values = {}): Effect {
  return {
    key,
    check: () => {
      assert.deepEqual(checkAgainstGenesis(configWith({}), facts), []);
      const problems = checkAgainstGenesis(configWith({ ...others, [key]: value }), facts);
      assert.ok(
        problems.some((problem) => problem.startsWith(key)),
        problems.join("\n"),
      );
    },
  };
}

const sources = fileURLToPath(new URL("../../", import.meta.url));

/**
 * A test elsewhere observes the effect in a running part, and this file reads the key.
 * @param source file below apps/cli/src that uses the value
 * @param test file below apps/cli/src, and the beginning of a test's title in it
 */
export function shownBy(key: string, source: string, test: readonly [file: string, title: string]): Effect {
  const name = key.slice(key.indexOf(".") + 1).replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
  return {
    key,
    check: () => {
      const reads = new RegExp(`\\b${name}\\b`);
      assert.match(readFileSync(`${sources}${source}`, "utf8"), reads);
      assert.ok(readFileSync(`${sources}${test[0]}`, "utf8").includes(`t("${test[1]}`), `${test[0]}: ${test[1]}`);
    },
  };
}
