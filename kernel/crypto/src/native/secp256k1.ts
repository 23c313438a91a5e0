import { hasLowS, secp256k1HalfOrder } from "../primitives/ecdsa.ts";
import type { Secp256k1 } from "../primitives/types.ts";

/** The two libraries behind one shape; both may throw on malformed input. Public keys are 65 bytes, 04 ‖ x ‖ y. */
interface Library {
  publicKey(secret: Uint8Array): Uint8Array | null;
  sign(digest: Uint8Array, secret: Uint8Array): { signature: Uint8Array; recovery: number };
  verify(digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean;
  recover(digest: Uint8Array, signature: Uint8Array, recovery: number): Uint8Array | null;
}

/** The prebuilt addon where the platform has one (57 µs a recovery), else WebAssembly (235 µs). */
async function load(): Promise<Library> {
  try {
    const addon = (await import("secp256k1/bindings.js")).default;
    return {
      publicKey: (secret) => addon.publicKeyCreate(secret, false),
      sign(digest, secret) {
        const { signature, recid } = addon.ecdsaSign(digest, secret);
        return { signature, recovery: recid };
      },
      verify: (digest, signature, publicKey) => addon.ecdsaVerify(signature, digest, publicKey),
      recover: (digest, signature, recovery) => addon.ecdsaRecover(signature, recovery, digest, false),
    };
  } catch {
    return loadWasm();
  }
}

/** The WebAssembly library; exported so that tests reach it on platforms with the addon. */
export async function loadWasm(): Promise<Library> {
  const wasm = await import("tiny-secp256k1");
  return {
    publicKey: (secret) => wasm.pointFromScalar(secret, false),
    sign(digest, secret) {
      const { signature, recoveryId } = wasm.signRecoverable(digest, secret);
      return { signature, recovery: recoveryId };
    },
    verify: (digest, signature, publicKey) => wasm.verify(digest, publicKey, signature, true),
    recover: (digest, signature, recovery) => wasm.recover(digest, signature, recovery === 0 ? 0 : 1, false),
  };
}

/** The rules of the door around either library. */
export function createSecp256k1(library: Library): Secp256k1 {
  function recoverAnyS(digest: Uint8Array, signature: Uint8Array, recovery: number): Uint8Array | undefined {
    if (digest.length !== 32 || signature.length !== 64 || (recovery !== 0 && recovery !== 1)) return undefined;
    return attempt(() => library.recover(digest, signature, recovery)?.subarray(1)) ?? undefined;
  }
  return {
    publicKey(secret) {
      return secret.length === 32 ? attempt(() => library.publicKey(secret)?.subarray(1)) : undefined;
    },
    sign(digest, secret) {
      if (digest.length !== 32 || secret.length !== 32) return undefined;
      const signed = attempt(() => library.sign(digest, secret));
      // A recovery number of 2 or 3 would need an r above the field size minus the order: a chance of 2^-127.
      if (signed === undefined || signed.recovery > 1) return undefined;
      return { signature: signed.signature, recovery: signed.recovery === 0 ? 0 : 1 };
    },
    verify(digest, signature, publicKey) {
      if (digest.length !== 32 || signature.length !== 64 || publicKey.length !== 64) return false;
      if (!hasLowS(signature, secp256k1HalfOrder)) return false;
      const full = new Uint8Array(65);
      full[0] = 4;
      full.set(publicKey, 1);
      return attempt(() => library.verify(digest, signature, full)) ?? false;
    },
    recover(digest, signature, recovery) {
      if (signature.length !== 64 || !hasLowS(signature, secp256k1HalfOrder)) return undefined;
      return recoverAnyS(digest, signature, recovery);
    },
    recoverAnyS,
  };
}

/** The libraries throw on malformed points and scalars; the door answers undefined. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** secp256k1 by the fastest library of this platform. */
export const secp256k1: Secp256k1 = createSecp256k1(await load());
