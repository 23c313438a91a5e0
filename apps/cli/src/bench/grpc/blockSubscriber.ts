import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BlockEvent, BlockLevel, SubscribeBlocksRequestSchema, SubscribeBlocksResponseSchema } from "@polis/proto";
import { LeanGrpc } from "./leanGrpc.ts";

/** What one subscriber of finalized blocks has seen. */
export interface BlockSubscriber {
  /** Heights of finalized blocks in the order in which they came. */
  readonly heights: readonly number[];
  /** The end of the stream: its status and the height that was delivered last; undefined while it runs. */
  readonly ended: { readonly status: number; readonly lastHeight: number | undefined } | undefined;
  /** Lets the server send more to one that began with a small window. */
  grant(bytes: number): void;
  close(): void;
}

/** How a subscriber asks. */
export interface SubscriberOptions {
  /** The first height; without it, the stream begins with the next block. */
  readonly fromHeight?: number;
  /** Bytes that the server may send unasked; all that is possible by default. */
  readonly window?: number;
  /** Also of blocks that are proposed and notarized. */
  readonly isOpen?: boolean;
}

/** Subscribes to blocks over a connection of its own. */
export async function subscribeBlocks(port: number, options: SubscriberOptions = {}): Promise<BlockSubscriber> {
  const { fromHeight, window, isOpen = false } = options;
  const heights: number[] = [];
  let ended: BlockSubscriber["ended"];
  const connection = await LeanGrpc.connect(
    port,
    {
      onMessage: (_call, message) => {
        const { event, block } = fromBinary(SubscribeBlocksResponseSchema, message);
        if (event === BlockEvent.FINALIZED) heights.push(Number(block?.height));
      },
      onEnd: (_call, status, trailers) => {
        const last = trailers.get("kairos-last-height");
        ended = { status, lastHeight: last === undefined ? undefined : Number(last) };
      },
    },
    window,
  );
  const request = create(SubscribeBlocksRequestSchema, {
    fromHeight: BigInt(fromHeight ?? 0),
    levels: isOpen ? [BlockLevel.NOTARIZED, BlockLevel.FINALIZED] : [BlockLevel.FINALIZED],
  });
  const message = toBinary(SubscribeBlocksRequestSchema, request);
  const call = connection.call("/kairos.v1.SubscriptionService/SubscribeBlocks", message);
  return {
    heights,
    get ended() {
      return ended;
    },
    grant: (bytes) => connection.grant(call, bytes),
    close: () => connection.close(),
  };
}
