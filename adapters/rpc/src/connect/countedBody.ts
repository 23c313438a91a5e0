import type { ConnectCore } from "./connectCore.ts";

/** Messages up to this size are never refused for what other clients send. */
const smallBytes = 65_536;

/** What the counts of one call stand on. */
export interface CountedCall {
  readonly core: Pick<ConnectCore, "incomingBytes" | "outgoingBytes" | "limits" | "refuse">;
  /** The request is one message, which is kept until it is complete. */
  readonly isOneMessage: boolean;
  /** Calls once when the response is over. */
  readonly onEnd: (release: () => void) => void;
}

/**
 * A request body of HTTP/1.1 that counts for all connections together while it arrives (kairos G4), as those of HTTP/2 do.
 * @throws the refusal, when too much is arriving and this body has a part in it
 */
export async function* countedBody(
  { core, isOneMessage, onEnd }: CountedCall,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const count = counter((by) => {
    core.incomingBytes += by;
  }, onEnd);
  // By hand: leaving a loop would end the connection before the refusal is told.
  const chunks = body[Symbol.asyncIterator]();
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    const chunk = next.value;
    const bytes = count.add(chunk.length);
    if (core.incomingBytes > core.limits.maxIncomingBytes && bytes > smallBytes) {
      count.clear();
      throw core.refuse("busy", "the server is busy: too many requests are arriving");
    }
    yield chunk;
    if (!isOneMessage) count.clear();
  }
  count.clear();
}

/** A response body of HTTP/1.1 that counts for all connections together until its reader has taken it. */
export async function* countedAnswer(
  { core, onEnd }: Pick<CountedCall, "core" | "onEnd">,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const count = counter((by) => {
    core.outgoingBytes += by;
  }, onEnd);
  for await (const chunk of body) {
    // What came before has left: the next one is asked for when the socket has room.
    count.clear();
    count.add(chunk.length);
    yield chunk;
  }
}

/** Adds to a common count, and takes back what is its own; nothing is added after the end. */
function counter(change: (by: number) => void, onEnd: (release: () => void) => void) {
  let own = 0;
  let isOver = false;
  const clear = () => {
    change(-own);
    own = 0;
  };
  onEnd(() => {
    isOver = true;
    clear();
  });
  return {
    clear,
    add(bytes: number): number {
      if (isOver) return 0;
      own += bytes;
      change(bytes);
      return own;
    },
  };
}
