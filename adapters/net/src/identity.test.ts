import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { describe, it } from "node:test";
import { der } from "./der.ts";
import { makeTlsIdentity, peerIdOf } from "./identity.ts";

// RFC 8032 §7.1, test 1.
const SECRET = Buffer.from("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "hex");
const PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

describe("TLS identity (kairos N1)", () => {
  it("names the peer by the public key of RFC 8032 and makes a certificate that verifies", () => {
    const identity = makeTlsIdentity(SECRET);
    assert.equal(identity.peerId, PUBLIC);
    const certificate = new X509Certificate(identity.certificatePem);
    assert.equal(peerIdOf(certificate), PUBLIC);
    assert.equal(certificate.verify(certificate.publicKey), true);
    assert.deepEqual(createPublicKey(createPrivateKey(identity.keyPem)), certificate.publicKey);
    assert.equal(certificate.validTo, "Dec 31 23:59:59 9999 GMT");
    assert.deepEqual(makeTlsIdentity(SECRET), identity, "the same key gives the same bytes");
  });

  it("refuses a key of another length, and finds no peer id without a certificate", () => {
    assert.throws(() => makeTlsIdentity(SECRET.subarray(1)), RangeError);
    assert.equal(peerIdOf(undefined), undefined);
  });

  it("finds no peer id in a key of another kind", () => {
    const { publicKey } = generateKeyPairSync("x25519");
    assert.equal(peerIdOf({ publicKey } as X509Certificate), undefined);
  });

  it("writes DER lengths in their shortest form", () => {
    assert.equal(der(4, Buffer.alloc(127)).subarray(0, 2).toString("hex"), "047f");
    assert.equal(der(4, Buffer.alloc(128)).subarray(0, 3).toString("hex"), "048180");
    assert.equal(der(4, Buffer.alloc(256)).subarray(0, 4).toString("hex"), "04820100");
    assert.throws(() => der(4, Buffer.alloc(65_536)), RangeError);
  });
});
