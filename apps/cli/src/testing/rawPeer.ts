import { connect, type TLSSocket } from "node:tls";
import { writeU32, writeU64 } from "@polis/codec";
import { encodeHello, type Hello, makeTlsIdentity } from "@polis/net";

const VERSION = 1;
/** version 1, type 1, seq 8, sentAt 8. */
const HEAD_BYTES = 18;

/** A link that speaks the frames of kairos 13.3 with a real key and sends whatever it is told to. */
export class RawPeer {
  /** Resolves when the node has ended the link. */
  readonly ended: Promise<void>;
  readonly #socket: TLSSocket;
  #seq = 1;

  /**
   * @param secretKey Ed25519 seed.
   * @param channel the consensus connection, or the one for everything else.
   */
  constructor(port: number, secretKey: Uint8Array, channel: "consensus" | "bulk") {
    const { keyPem: key, certificatePem: cert } = makeTlsIdentity(secretKey);
    const ALPNProtocols = [`kairos-${channel}/1`];
    this.#socket = connect({ host: "127.0.0.1", port, key, cert, ALPNProtocols, rejectUnauthorized: false });
    this.ended = new Promise((resolve) => {
      this.#socket.on("close", () => resolve());
      this.#socket.on("error", () => resolve());
    });
    this.#socket.resume();
  }

  hello(hello: Hello): this {
    return this.frame(0x00, encodeHello(hello));
  }

  /** Sends one frame; header fields may lie. */
  frame(type: number, body: Uint8Array, lie: { readonly seq?: number; readonly length?: number } = {}): this {
    const bytes = new Uint8Array(4 + HEAD_BYTES + body.length);
    writeU32(bytes, 0, lie.length ?? HEAD_BYTES + body.length);
    bytes[4] = VERSION;
    bytes[5] = type;
    writeU64(bytes, 6, lie.seq ?? this.#seq++);
    writeU64(bytes, 14, Date.now());
    bytes.set(body, 22);
    if (this.#socket.writable) this.#socket.write(bytes);
    return this;
  }

  close(): void {
    this.#socket.destroy();
  }
}
