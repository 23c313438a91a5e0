import { type Genesis, PeerBook, unfinishedRows, type WarpEffect, WarpSync, Wire } from "@polis/kratos";
import type { Logger, Store } from "@polis/ports";
import { type ChainData, kratosCodec, rulesOf } from "../data/chainData.ts";
import { driveLink } from "./driveLink.ts";
import type { LinkHost } from "./linkHost.ts";

type Own = Extract<WarpEffect, { readonly kind: "warped" | "failed" | "progress" }>;

/** Milliseconds from one line about the download to the next. */
const LINE_MS = 2_000;

/** Tries: a liar that is found when something of it is written costs one, and is banned for the next. */
const TRIES = 3;

/**
 * Takes over a proven state into an empty store (kratos-core 12.12). When that fails nothing of it stays, and the node
 * synchronises block by block.
 */
export async function warpChain(
  link: LinkHost,
  { genesis, storage: { store } }: ChainData,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  for (let left = TRIES - 1; ; left--) {
    const end = await warpOnce(link, genesis, store, logger, signal);
    if (end.kind === "warped") {
      await end.durable;
      logger.log("info", "warped: the state after a final block is proven and here", { height: end.number });
      return;
    }
    await clearUnfinished(store);
    if (end.code === "WARP_NO_SNAPSHOT" || left === 0) {
      logger.log("warn", "no warp: synchronising block by block", { reason: end.code });
      return;
    }
    logger.log("info", "warping again, from other peers", { reason: end.code });
  }
}

/** One try. Bans of the one before hold. */
function warpOnce(
  link: LinkHost,
  genesis: Genesis,
  store: Store,
  logger: Logger,
  signal: AbortSignal,
): Promise<Exclude<Own, { kind: "progress" }>> {
  let id = 1;
  let lineMs = 0;
  const warp = new WarpSync({
    ...{ genesis, store, codec: kratosCodec, rules: rulesOf(genesis), nextId: () => id++ },
    ...{ wire: new Wire(kratosCodec), book: new PeerBook(store) },
  });
  return driveLink<Own, Exclude<Own, { kind: "progress" }>>(
    link,
    {
      step: (now, event) => warp.step(now, event),
      carry: (effect, { resolve, reject }) => {
        if (effect.kind === "warped" || effect.kind === "failed") resolve(effect);
        else if (effect.kind === "remember") store.commit(effect.rows).catch(reject);
        else if (effect.kind === "progress" && Date.now() - lineMs >= LINE_MS) {
          lineMs = Date.now();
          logger.log("info", "warping", { chunks: effect.chunks, total: effect.total, entries: effect.entries });
        }
      },
    },
    signal,
  );
}

/** Removes what an interrupted warp left; to be done before a chain is opened. */
export async function clearUnfinished(store: Store): Promise<void> {
  for (let rows = unfinishedRows(store); rows.length > 0; rows = unfinishedRows(store)) await store.commit(rows);
}
