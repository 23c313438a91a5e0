import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../../../../..");

/** Machines that the sources of the specification name and that belong to others (kratos-core 12.2), in two parts each. */
const foreign = [
  ["45.8.132", ".252"],
  ["78.240.168", ".225"],
  ["12D3KooWEeXJRXqC1XANbsKAzibKisFNitZhbi2R", "ArciXuEHJGcx"],
  ["seed1.kratos", ".network"],
  ["seed2.kratos", ".community"],
].map((parts) => parts.join(""));

test("nothing that runs names the machines of others", () => {
  const names = ["apps", "adapters", "chains", "kernel", "deployments"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => !/(^|\/)(node_modules|testing)\/|\.test\.ts$/.test(name))
      .filter((name) => /\.(ts|json|toml|ya?ml|service|sh|conf)$/.test(name))
      .map((name) => join(folder, name)),
  );
  assert.ok(names.length > 500, "the repository is there");
  for (const name of names) {
    const text = readFileSync(join(root, name), "utf8");
    for (const address of foreign) assert.ok(!text.includes(address), `${name} names ${address}`);
  }
});
