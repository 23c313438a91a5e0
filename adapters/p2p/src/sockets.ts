import { Server, Socket } from "node:net";
import type { Transport } from "@libp2p/interface";
import { tcp } from "@libp2p/tcp";

type MakeTransport = ReturnType<typeof tcp>;

/** What this package uses of the TCP transport beyond its public interface; the version is pinned, and `watched` checks. */
interface Internals extends Transport {
  _connect(...args: readonly unknown[]): Promise<Socket>;
}

/** The time for what is still to be written when the other side has said its last byte: it may never read it. */
const LINGER_MS = 1_000;

/**
 * The sockets below libp2p, from their first byte to their last. Libp2p counts a connection as closed when the other side
 * has ended its half, and forgets a socket that has more to write: a peer that then does not read would hold it for ever,
 * with its bytes, and with it the end of the listener.
 */
export class Sockets {
  readonly #open = new Set<Socket>();
  #isEnded = false;

  /** Sockets that are not yet closed on this side. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * The TCP transport, whose sockets are watched.
   * @param init as `tcp` of libp2p takes it
   * @throws Error when the transport is made and the installed one has another inside
   */
  transport(init: Parameters<typeof tcp>[0]): MakeTransport {
    const make = tcp(init);
    return (components) => this.#watched(make(components));
  }

  /** Destroys every socket, and those that come later. */
  destroy(): void {
    this.#isEnded = true;
    for (const socket of this.#open) socket.destroy();
  }

  #watched(transport: Transport): Transport {
    const inner = transport as Internals;
    if (typeof inner._connect !== "function") throw otherInside();
    const connect = inner._connect.bind(inner);
    inner._connect = async (...args) => this.#add(await connect(...args));
    const listen = inner.createListener.bind(inner);
    inner.createListener = (options) => {
      const listener = listen(options);
      const { server } = listener as unknown as { readonly server: unknown };
      if (!(server instanceof Server)) throw otherInside();
      server.prependListener("connection", (socket: Socket) => void this.#add(socket));
      return listener;
    };
    return inner;
  }

  #add(socket: Socket): Socket {
    if (!(socket instanceof Socket)) throw otherInside();
    this.#open.add(socket);
    let timer: NodeJS.Timeout | undefined;
    socket.once("end", () => {
      timer = setTimeout(() => socket.destroy(), LINGER_MS);
      timer.unref();
    });
    socket.once("close", () => {
      clearTimeout(timer);
      this.#open.delete(socket);
    });
    if (this.#isEnded) socket.destroy();
    return socket;
  }
}

function otherInside(): Error {
  return new Error("the installed @libp2p/tcp is not the one that this watch was written for");
}
