import type { KairosReader, StoredHeader } from "@polis/kairos";
import { createRing, layoutOf } from "../visualizer/layout.ts";
import { RingWriter } from "../visualizer/ringWriter.ts";
import { serveVisualizer } from "../visualizer/serveVisualizer.ts";

/** The dashboard of a development chain. */
export interface DevVisualizer {
  readonly url: string;
  /** A block has been made: it is proposed, voted for by the only validator, and final at once. */
  onBlock(block: StoredHeader): void;
  close(): Promise<void>;
}

/**
 * Serves the visualizer beside a development chain, in the same thread: there is no consensus that it could disturb.
 * @param port 0 takes a free one
 * @throws the listen error of an address that is taken
 */
export async function startDevVisualizer(host: string, port: number, reader: KairosReader): Promise<DevVisualizer> {
  const facts = { n: 1, f: 0, index: 0 };
  const layout = layoutOf(facts.n, facts.f);
  const ring = createRing(layout);
  const { number, extra } = reader.head().header;
  const start = { finalizedView: extra.view, finalizedHeight: number };
  const writer = new RingWriter(ring, { layout, f: facts.f, roundRobin: true }, start);
  const server = await serveVisualizer({ listen: { host, port }, corsOrigins: [], facts, layout, ring });
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`,
    onBlock: ({ digest, header }) => {
      const { view } = header.extra;
      const now = Date.now();
      const transactions = reader.transactionsOf(digest)?.length ?? -1;
      writer.entered(view, 0, now);
      writer.proposed(view, digest, 0, header.number, transactions);
      writer.vote(view, digest, 0);
      writer.final(view, digest, header.number, true, now);
      writer.stored(view, digest, header.number, transactions);
    },
    close: () => server.close(),
  };
}
