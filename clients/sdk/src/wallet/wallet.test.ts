import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { openKeystore } from "@polis/crypto";
import { knownPhrase } from "../testing/phrase.ts";
import { defaultPath, generateMnemonic } from "./mnemonic.ts";
import { deriveSlip10 } from "./slip10.ts";
import { Wallet } from "./wallet.ts";

const kinds = ["ed25519", "secp256k1", "p256"] as const;
const secret = `0x${"07".repeat(32)}` as const;

test("secp256k1 phrases give the accounts that Ethereum wallets show", () => {
  const first = Wallet.fromMnemonic(knownPhrase, { kind: "secp256k1" });
  assert.equal(first.address, "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
  const second = Wallet.fromMnemonic(knownPhrase, { kind: "secp256k1", account: 1 });
  assert.equal(second.address, "0x70997970c51812dc3a010c7d01b50e0d17dc79c8");
  const same = Wallet.fromMnemonic(`  ${knownPhrase.toUpperCase()} `, { kind: "secp256k1", path: "m/44'/60'/0'/0/1" });
  assert.equal(same.address, second.address);
  assert.equal(defaultPath("p256", 2), "m/44'/60'/0'/0'/2'");
});

test("SLIP-10 derivation gives its published vectors", () => {
  const seed = Uint8Array.fromHex("000102030405060708090a0b0c0d0e0f");
  const h = 0x8000_0000;
  const vectors = [
    ["ed25519", [], "2b4be7f19ee27bbf30c667b642d5f4aa69fd169872f8fc3059c08ebae2eb19e7"],
    ["ed25519", [h], "68e0fe46dfb67e368c75379acec591dad19df3cde26e63b93a8e704f1dade7a3"],
    ["ed25519", [h, h + 1], "b1d0bad404bf35da785a64ca1ac54b2617211d2777696fbffaf208f746ae84f2"],
    ["p256", [], "612091aaa12e22dd2abef664f8a01a82cae99ad7441b7ef8110424915c268bc2"],
    ["p256", [h], "6939694369114c67917a182c59ddb8cafc3004e63ca5d3b84403ba8613debc0c"],
    ["p256", [h, 1], "284e9d38d07d21e4e281b645089a94f4cf5a5a81369acf151a1c3a57f18b2129"],
  ] as const;
  for (const [kind, steps, expected] of vectors) {
    assert.equal(deriveSlip10(kind, seed, steps).toHex(), expected, `${kind} ${steps.join("/")}`);
  }
  assert.throws(() => deriveSlip10("ed25519", seed, [1]), { code: "MNEMONIC" });
});

test("phrases with a wrong word, and paths that are none, are refused without repeating the words", () => {
  const wrong = knownPhrase.replace(/junk$/, "test");
  assert.throws(() => Wallet.fromMnemonic(wrong), { code: "MNEMONIC", message: /no recovery phrase/ });
  for (const path of ["44'/60'", "m/x", "m/2147483648", "m/1''", "m/-1"]) {
    assert.throws(() => Wallet.fromMnemonic(knownPhrase, { kind: "secp256k1", path }), { code: "MNEMONIC" }, path);
  }
  assert.notEqual(generateMnemonic(), generateMnemonic());
  assert.equal(Wallet.fromMnemonic(generateMnemonic(24)).kind, "ed25519");
});

for (const kind of kinds) {
  test(`${kind}: the secret is in nothing that prints, and leaves only when it is asked for`, () => {
    const wallet = Wallet.fromSecret(kind, secret);
    const shown = [
      inspect(wallet, { showHidden: true, depth: 10, getters: true }),
      JSON.stringify(wallet),
      JSON.stringify({ wallet }),
      String(wallet),
      `${Object.entries(wallet)}`,
      inspect(structuredClone({ ...wallet })),
    ].join("\n");
    assert.ok(!shown.includes("070707"), shown);
    assert.ok(!/\b7, 7, 7\b/.test(shown) && !shown.includes("07 07 07"), shown);
    assert.ok(shown.includes(wallet.address));
    const revealed = wallet.revealSecret();
    revealed.fill(0);
    assert.deepEqual(
      wallet.revealSecret(),
      new Uint8Array(32).fill(7),
      "a copy, so that nobody changes the wallet's own",
    );
  });

  test(`${kind}: key files open with their password alone, and no change goes unnoticed (K7)`, () => {
    const wallet = Wallet.generate(kind);
    const text = wallet.toKeyFile("a password");
    const opened = Wallet.fromKeyFile(text, "a password");
    assert.deepEqual([opened.address, opened.revealSecret()], [wallet.address, wallet.revealSecret()]);
    assert.throws(() => Wallet.fromKeyFile(text, "another"), { code: "KEY_FILE", message: /password/ });
    const other = Wallet.generate(kind).publicKey.slice(2);
    const swapped = text.replace(wallet.publicKey.slice(2), other);
    assert.throws(() => Wallet.fromKeyFile(swapped, "a password"), { code: "KEY_FILE" });
    for (const bad of [
      "",
      "{}",
      text.replace("131072", "2"),
      text.replace(kind, "bls"),
      `${text}${" ".repeat(5_000)}`,
    ]) {
      assert.throws(() => Wallet.fromKeyFile(bad, "a password"), { code: "KEY_FILE", message: /not a key file/ });
    }
    if (kind !== "ed25519") return;
    const byNode = openKeystore(text, "a password");
    assert.ok(byNode.ok && byNode.value.kind === "ed25519", "an Ed25519 file is one of `kairos keys`");
  });
}

test("secrets of a wrong form are refused without repeating them", () => {
  const order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  const bad = [`0x${"00".repeat(32)}`, `0x${"ab".repeat(31)}`, "ab", `0x${"zz".repeat(32)}`] as `0x${string}`[];
  for (const text of bad) {
    assert.throws(
      () => Wallet.fromSecret("secp256k1", text),
      (error) => error instanceof Error && !error.message.includes(text),
    );
  }
  assert.throws(() => Wallet.fromSecret("p256", `0x${order}`), { code: "SECRET" });
  assert.throws(() => Wallet.generate().sign(new Uint8Array(31)), { code: "TRANSACTION" });
});
