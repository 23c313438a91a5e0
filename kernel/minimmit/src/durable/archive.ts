import { type Digest, digestToBytes, type Height } from "@polis/codec";
import type { Archive, Store } from "@polis/ports";
import { notarizationKey, readPlace, u64Key } from "./keys.ts";

/** Reads finalized blocks and their certificates from the tables of kairos 6.2, by index reads only (S6). */
export function createArchive(store: Store): Archive {
  const blockByDigest = (digest: Digest): Uint8Array | undefined => store.get("blocks", digestToBytes(digest));
  return {
    blockByDigest,
    blockByHeight(height: Height) {
      const header = store.get("headers", u64Key(height));
      return header === undefined ? undefined : store.get("blocks", header.subarray(0, 32));
    },
    finalizationAt(height: Height) {
      const value = store.get("finality", u64Key(height));
      const place = value === undefined ? undefined : readPlace(value);
      return place && store.get("notarizations", notarizationKey(place.view, place.digest, "finalization"));
    },
  };
}
