import { WebSocket } from "ws";
import { answerBody } from "./answerBody.ts";
import { Caller } from "./caller.ts";
import type { Core } from "./core.ts";
import { SubscriptionHub } from "./subscriptionHub.ts";

/** Status of a socket that is ended because the server cannot keep up with it: try again later. */
const tryAgainLater = 1013;
/** Messages of one socket that wait for their answers before reading pauses. */
const maxPending = 64;
/** Messages up to this size are never refused for what other clients send. */
const smallMessageBytes = 65_536;

/**
 * Speaks JSON-RPC over one WebSocket (kairos J1, J7). A client that does not read its answers is not read from; one that
 * does not read its notifications is ended with status 1013 and counted; whatever it waited for is given up.
 */
export class ServedSocket<Context> {
  readonly #core: Core<Context>;
  readonly #socket: WebSocket;
  readonly #hub: SubscriptionHub;
  readonly #caller: Caller;
  #alive = true;
  /** Messages whose answers are being made. */
  #pending = 0;
  /** Bytes sent and not taken by the operating system; of them notifications; and of a message that is arriving. */
  #unread = 0;
  #unreadNotifications = 0;
  #arriving = 0;

  /** @param client whose rate-limit tokens pay */
  constructor(core: Core<Context>, socket: WebSocket, client: string) {
    this.#core = core;
    this.#socket = socket;
    this.#hub = new SubscriptionHub({
      maxSubscriptions: core.limits.maxSubscriptions,
      notify: (text) => this.#notify(text),
      overwhelmed: () => this.#endSlow("notifications"),
      broken: (error) => core.logger?.log("error", "a notification is not JSON", { error: String(error) }),
    });
    this.#caller = new Caller(client, this.#hub);
    socket.on("message", (body: Buffer) => this.#onMessage(body));
    // A protocol error ends the socket, which is all there is to say to such a client.
    socket.on("error", () => undefined);
    socket.on("close", () => this.#leave());
    socket.on("pong", () => {
      this.#alive = true;
    });
    socket.on("ping", (data: Buffer) => this.#onPing(data));
  }

  /** Pings, or ends a socket that has not answered the last ping. */
  checkAlive(): void {
    // While this side does not read, the pong may be waiting behind requests.
    if (!this.#alive && this.#pending < maxPending) {
      this.#core.metrics?.count("jsonrpc_ws_slow_closed_total", 1, { what: "ping" });
      this.#socket.terminate();
      return;
    }
    this.#alive = false;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  /** Counts bytes of a message that is still arriving. */
  received(bytes: number): void {
    if (this.#caller.gone) return;
    const { limits } = this.#core;
    this.#arriving += bytes;
    this.#core.incomingBytes += bytes;
    if (this.#core.incomingBytes > limits.maxIncomingBytes && this.#arriving > smallMessageBytes) {
      this.#endSlow("requests");
    }
  }

  #onMessage(body: Buffer): void {
    this.#core.incomingBytes -= this.#arriving;
    this.#arriving = 0;
    if (this.#caller.gone) return;
    const answer = answerBody(this.#core, body, this.#caller);
    const opened = this.#hub.takeOpened();
    if (!(answer instanceof Promise)) {
      this.#deliver(answer, opened);
      return;
    }
    this.#pending++;
    this.#adjustReading();
    void answer.then((text) => {
      this.#pending--;
      this.#deliver(text, opened);
    });
  }

  #deliver(text: string | undefined, opened: readonly string[]): void {
    if (this.#caller.gone) return;
    if (text !== undefined) this.#send(text, false);
    this.#hub.announce(opened);
    this.#adjustReading();
  }

  #notify(text: string): void {
    const { limits } = this.#core;
    this.#send(text, true);
    const tooMuch = this.#unreadNotifications > limits.maxSocketOutgoingBytes;
    if (tooMuch || this.#core.outgoingBytes > limits.maxOutgoingBytes) this.#endSlow("notifications");
  }

  #send(text: string, isNotification: boolean): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    // Characters for bytes: what is sent is hex and ASCII but for error texts.
    const bytes = text.length;
    this.#count(bytes, isNotification);
    this.#socket.send(text, () => {
      if (this.#caller.gone) return;
      this.#count(-bytes, isNotification);
      this.#adjustReading();
    });
  }

  #count(bytes: number, isNotification: boolean): void {
    this.#unread += bytes;
    this.#core.outgoingBytes += bytes;
    if (isNotification) this.#unreadNotifications += bytes;
  }

  /** Reads only while the client reads: its requests wait in its own buffers, not in this process. */
  #adjustReading(): void {
    const busy = this.#pending >= maxPending || this.#unread > this.#core.limits.maxSocketOutgoingBytes;
    if (busy === this.#socket.isPaused) return;
    if (busy) this.#socket.pause();
    else this.#socket.resume();
  }

  #onPing(data: Buffer): void {
    // Pings of a client that reads nothing would pile up as pongs.
    if (this.#socket.bufferedAmount > this.#core.limits.maxSocketOutgoingBytes) this.#endSlow("pongs");
    else if (this.#socket.readyState === WebSocket.OPEN) this.#socket.pong(data);
  }

  #endSlow(what: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#core.metrics?.count("jsonrpc_ws_slow_closed_total", 1, { what });
    this.#socket.close(tryAgainLater, "the client is too slow");
    this.#leave();
  }

  #leave(): void {
    if (this.#caller.gone) return;
    this.#caller.leave();
    this.#hub.close();
    this.#core.outgoingBytes -= this.#unread;
    this.#core.incomingBytes -= this.#arriving;
    this.#arriving = 0;
  }
}
