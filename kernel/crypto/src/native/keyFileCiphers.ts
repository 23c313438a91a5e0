import { createCipheriv, createDecipheriv, scryptSync } from "node:crypto";
import type { Aes256Gcm, Scrypt } from "../primitives/types.ts";

/** scrypt by OpenSSL. The memory limit is lifted to what the cost needs; callers bound the cost (see readKeystore). */
export const scrypt: Scrypt = (password, salt, { n, r, p }) =>
  Uint8Array.from(scryptSync(password, salt, 32, { N: n, r, p, maxmem: 128 * r * (n + p + 2) + 1024 }));

/** AES-256-GCM by OpenSSL. */
export const aes256Gcm: Aes256Gcm = {
  seal(key, iv, plaintext, additional) {
    if (iv.length !== 12) throw new RangeError("an AES-256-GCM iv has 12 bytes");
    const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(additional);
    const ciphertext = Uint8Array.from(Buffer.concat([cipher.update(plaintext), cipher.final()]));
    return { ciphertext, tag: Uint8Array.from(cipher.getAuthTag()) };
  },
  open(key, iv, { ciphertext, tag }, additional) {
    if (key.length !== 32 || iv.length !== 12 || tag.length !== 16) return undefined;
    const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: 16 });
    decipher.setAAD(additional).setAuthTag(tag);
    const plaintext = decipher.update(ciphertext);
    try {
      return Uint8Array.from(Buffer.concat([plaintext, decipher.final()]));
    } catch {
      return undefined;
    }
  },
};
