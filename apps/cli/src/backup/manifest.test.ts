import assert from "node:assert/strict";
import { test } from "node:test";
import { backupName } from "./backupName.ts";
import { encodeManifest, type Manifest, readManifest } from "./manifest.ts";

const manifest: Manifest = {
  format: "kairos-backup",
  version: 1,
  chain: { network: "local", chainId: 52_470 },
  genesisHash: "ab".repeat(32),
  height: 7,
  blockHash: "01".repeat(32),
  schema: 1,
  createdAt: "2026-11-21T16:05:09.000Z",
  journal: false,
  rows: 2,
  bytes: 30,
  chunks: [{ name: "rows/accounts/0000000", rows: 2, bytes: 30, sha256: "cd".repeat(32) }],
};

test("a manifest comes back as it was, and its bytes are frozen", () => {
  const bytes = encodeManifest(manifest);
  assert.deepEqual(readManifest(bytes), manifest);
  const line = '{"format":"kairos-backup","version":1,"chain":{"network":"local","chainId":52470},';
  assert.ok(JSON.stringify(JSON.parse(bytes.toString())).startsWith(line));
});

test("a manifest with any field missing, unknown or wrong is refused by its name", () => {
  const refused = (document: unknown, where: RegExp) =>
    assert.throws(() => readManifest(Buffer.from(JSON.stringify(document))), where);
  for (const name of Object.keys(manifest)) {
    const { [name as keyof Manifest]: _left, ...others } = manifest;
    refused(others, new RegExp(`wrong at "${name}"`));
    refused({ ...manifest, [name]: null }, new RegExp(`wrong at "${name}`));
  }
  refused({ ...manifest, more: 1 }, /more/);
  refused({ ...manifest, version: 2 }, /"version"/);
  const [chunk] = manifest.chunks;
  for (const name of ["rows/../0000000", "rows/accounts/1", "/rows/accounts/0000000", "rows/Accounts/0000000"]) {
    refused({ ...manifest, chunks: [{ ...chunk, name }] }, /"chunks\.0\.name"/);
  }
  assert.throws(() => readManifest(Buffer.from("{")), { code: "BACKUP_MANIFEST" });
});

test("the name of a file tells its time in UTC", () => {
  assert.equal(backupName(Date.UTC(2026, 0, 2, 3, 4, 5, 678)), "kairos-backup-20260102_030405.tar.zst");
});
