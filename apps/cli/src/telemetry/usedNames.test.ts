import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { kratosCatalogue } from "../kratos/metrics/catalogue.ts";
import type { MetricSpec } from "./catalogue/spec.ts";
import { catalogue } from "./catalogue.ts";

const root = join(import.meta.dirname, "../../../..");

/** Sources that count something: adapters and apps; kernel and chains know no metrics. */
function sources(): readonly string[] {
  return ["adapters", "apps"].flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.includes("node_modules"))
      .filter((path) => !path.endsWith(".test.ts") && !path.includes("testing"))
      .map((path) => join(root, top, path)),
  );
}

test("every name that the sources count is in the catalogue with that type, and every one of the catalogue is used", () => {
  const types = { count: "counter", gauge: "gauge", observe: "histogram" } as const;
  const texts = sources()
    .filter((file) => !file.includes("telemetry/catalogue"))
    .map((file) => [file, readFileSync(file, "utf8")] as const);
  const wrong: string[] = [];
  for (const [file, text] of texts) {
    for (const [, call, name] of text.matchAll(/metrics\??\.(count|gauge|observe)\(\s*"([a-z0-9_]+)"/g)) {
      const known = file.includes("/kratos/") ? kratosCatalogue : catalogue;
      const spec = (known as Readonly<Record<string, MetricSpec>>)[name!];
      if (spec?.type !== types[call as keyof typeof types]) wrong.push(`${file.slice(root.length)}: ${call} ${name}`);
    }
  }
  assert.deepEqual(wrong, []);
  const all = texts.map(([, text]) => text).join("\n");
  const unused = Object.keys(catalogue).filter((name) => !all.includes(`"${name}"`));
  assert.deepEqual(unused, []);
});
