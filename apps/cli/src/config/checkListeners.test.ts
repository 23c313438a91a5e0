import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopback } from "./checkListeners.ts";
import { loadConfig } from "./loadConfig.ts";

const sections = { rpc: "addr", jsonrpc: "addr", admin: "addr", metrics: "address", visualizer: "address" } as const;

function load(section: string, keys: Readonly<Record<string, unknown>>) {
  return loadConfig({ document: { storage: { path: "unused" }, [section]: { enabled: true, ...keys } } });
}

for (const [section, ending] of Object.entries(sections)) {
  const key = `listen_${ending}`;
  test(`${section}: plaintext stays on this computer unless it is allowed (Z31, Z33)`, () => {
    for (const address of ["0.0.0.0:1", "[::]:1", "192.168.0.9:1", "node.example:1"]) {
      const wrong = {
        message: new RegExp(`${section}\\.${key} = [^ ]+ would serve plaintext .*${section}\\.tls_cert`),
      };
      assert.throws(() => load(section, { [key]: address }), wrong);
      assert.doesNotThrow(() => load(section, { [key]: address, allow_plaintext: true }));
      assert.doesNotThrow(() => load(section, { [key]: address, tls_cert: "cert.pem", tls_key: "key.pem" }));
      assert.doesNotThrow(() => load(section, { [key]: address, enabled: false }));
    }
    for (const address of ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1"]) {
      assert.doesNotThrow(() => load(section, { [key]: address }));
    }
    for (const half of ["tls_cert", "tls_key"]) {
      assert.throws(() => load(section, { [half]: "file.pem" }), /give both or none/);
    }
  });
}

test("names that only look like loopback are not", () => {
  for (const host of ["127.example.com", "localhost.example.com", "::ffff:1.2.3.4", "127.0.0.1.nip.io", ""]) {
    assert.equal(isLoopback(host), false, host);
  }
});
