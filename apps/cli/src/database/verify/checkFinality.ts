import type { Height, View } from "@polis/codec";
import { decodeCertificate } from "@polis/crypto";
import { heightKey } from "@polis/kairos";
import { metaKeys, notarizationKey, readPlace, u64Key } from "@polis/minimmit";
import type { CheckedBlock } from "./checkBlock.ts";
import type { VerifyContext } from "./types.ts";

/**
 * The finality of a block (R18, L2): the certificate at its own height is verified, that of an ancestor is the certificate
 * of the nearest block above it, which has its turn.
 */
export function checkFinality(context: VerifyContext, at: Height, { digest, block }: CheckedBlock): void {
  if (at === 0) return;
  const { store, voting } = context;
  const wrong = (what: string): void => context.found(`height ${at}: ${what}`);
  const row = store.get("finality", u64Key(at));
  const place = row && readPlace(row);
  if (place === undefined || place.height < at) {
    wrong("nothing says that it is final (finality)");
    return;
  }
  if (place.height > at) {
    const header = store.get("headers", heightKey(place.height));
    if (header?.subarray(0, 32).toHex() !== place.digest)
      wrong(`height ${place.height}, which covers it, is another block`);
    return;
  }
  const { view } = block.header.extra;
  if (place.digest !== digest || place.view !== view) {
    wrong("the row of its finality names another block");
    return;
  }
  const bytes = store.get("notarizations", notarizationKey(view as View, place.digest, "finalization"));
  const certificate = bytes && decodeCertificate(bytes, voting.shape);
  if (!certificate?.ok) {
    wrong("its finalization certificate is absent or malformed");
    return;
  }
  const { kind, view: certified, digest: named } = certificate.value;
  if (kind !== "finalization" || certified !== view || named !== digest) {
    wrong("its certificate is another block's");
    return;
  }
  if (!voting.scheme.verifyCertificate(certificate.value)) wrong("its finalization certificate does not verify");
}

/** What consensus and ledger say of the tip must be the same block (S4). */
export function checkTip({ store, ledger, found }: VerifyContext): void {
  const row = store.get("meta", metaKeys.lastFinalized);
  const tip = ledger.lastFinalized;
  if (row === undefined && tip.height === 0) return;
  const place = row && readPlace(row);
  if (place?.digest !== tip.digest || place.height !== tip.height || place.view !== tip.view) {
    found(`consensus stands at height ${place?.height ?? "?"}, the ledger at ${tip.height}`);
  }
}
