import { Duplex } from "node:stream";

/** A socket whose other end is the test: what it sends is kept, and can be held back as by a client that does not read. */
export class PipeSocket extends Duplex {
  readonly #sent: Buffer[] = [];
  #isHeld = false;
  #release: (() => void) | undefined;

  constructor() {
    super({ allowHalfOpen: true, autoDestroy: false });
  }

  /** Bytes of the client, delivered at once unless the server has stopped reading. */
  client(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.isPaused()) this.push(bytes);
    else this.emit("data", bytes);
  }

  /** Everything that the server has sent so far. */
  sent(): Buffer {
    return Buffer.concat(this.#sent);
  }

  /** From now on nothing leaves. */
  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#sent.push(chunk);
    if (this.#isHeld) this.#release = done;
    else done();
  }
}
