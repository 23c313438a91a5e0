/** The part of the package `ws` that this adapter uses; the package itself carries no types. */
declare module "ws" {
  import type { EventEmitter } from "node:events";
  import type { IncomingMessage } from "node:http";
  import type { Duplex } from "node:stream";

  export class WebSocket extends EventEmitter {
    constructor(
      url: string,
      options?: { readonly origin?: string; readonly headers?: Readonly<Record<string, string>> },
    );
    static readonly OPEN: 1;
    readonly readyState: 0 | 1 | 2 | 3;
    /** Bytes given to `send` that the operating system has not taken yet. */
    readonly bufferedAmount: number;
    readonly isPaused: boolean;
    send(data: string | Uint8Array, done?: (error?: Error) => void): void;
    ping(): void;
    pong(data: Uint8Array): void;
    pause(): void;
    resume(): void;
    close(code?: number, reason?: string): void;
    terminate(): void;
  }

  export class WebSocketServer extends EventEmitter {
    constructor(options: {
      readonly noServer: true;
      readonly maxPayload: number;
      readonly perMessageDeflate: false;
      readonly autoPong: boolean;
      readonly closeTimeout: number;
    });
    readonly clients: ReadonlySet<WebSocket>;
    handleUpgrade(
      request: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      done: (socket: WebSocket, request: IncomingMessage) => void,
    ): void;
    close(): void;
  }
}
