import { FRAME_HEADER_BYTES, writeFrameHeader } from "./frame.ts";

/** Bodies above this size are sent in slices, and smaller frames of other types may overtake them (architecture 5). */
export const SLICE_BYTES = 64 * 1024;
/** So many bytes of small frames may pass before one large frame gets its turn. */
const SMALL_TURN_BYTES = 4 * SLICE_BYTES;

interface Item {
  readonly type: number;
  readonly body: Uint8Array;
  /** The view of a consensus message: a later one supersedes it. */
  readonly view: number | undefined;
}

export interface SendQueueOptions {
  readonly maxBytes: number;
  readonly maxFrames: number;
  /** Hands bytes to the socket. @returns false when the socket wants to be asked again (`resume`). */
  write(bytes: Uint8Array): boolean;
  wallMs(): number;
  /** Called once per message that was dropped. */
  onDrop(type: number): void;
}

/**
 * Frames waiting for one socket (kairos N10). Numbers and times are written when a frame leaves, so a dropped frame
 * leaves no gap. All small frames of a flush share one write, and so one TLS record and one packet where they fit.
 */
export class SendQueue {
  readonly #options: SendQueueOptions;
  #small: Item[] = [];
  #large: Item[] = [];
  #slices: Uint8Array[] = [];
  #bytes = 0;
  #peakBytes = 0;
  #seq = 0;
  #smallTurn = 0;
  #blocked = false;

  constructor(options: SendQueueOptions) {
    this.#options = options;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The most bytes that waited at one moment since the last call. */
  takePeakBytes(): number {
    const peak = this.#peakBytes;
    this.#peakBytes = this.#bytes;
    return peak;
  }

  /** @returns false when the frame was not taken, because the queue is full of nothing older. */
  add(type: number, body: Uint8Array, view?: number): boolean {
    const size = body.length + FRAME_HEADER_BYTES;
    if (!this.#makeRoom(size, view)) {
      this.#options.onDrop(type);
      return false;
    }
    this.#bytes += size;
    if (this.#bytes > this.#peakBytes) this.#peakBytes = this.#bytes;
    // Frames of one type keep their order, so a small one waits behind a large one of its own type.
    const isLarge = body.length > SLICE_BYTES || this.#large.some((item) => item.type === type);
    (isLarge ? this.#large : this.#small).push({ type, body, view });
    return true;
  }

  /** The socket takes bytes again. */
  resume(): void {
    this.#blocked = false;
    this.flush();
  }

  /** Writes as much as the socket takes. */
  flush(): void {
    while (!this.#blocked) {
      const slice = this.#slices.shift() ?? this.#nextWrite();
      if (slice === undefined) return;
      if (!this.#options.write(slice)) this.#blocked = true;
    }
  }

  /** Drops messages of lower views, lowest first, until `size` fits. */
  #makeRoom(size: number, view: number | undefined): boolean {
    const { maxBytes, maxFrames } = this.#options;
    const fits = () => this.#bytes + size <= maxBytes && this.#small.length + this.#large.length < maxFrames;
    // One reply may be longer than the whole queue (kairos 13.3): it leaves alone, or it could never leave.
    if (fits() || (this.#bytes === 0 && this.#slices.length === 0)) return true;
    if (view === undefined) return false;
    const older = [...this.#small, ...this.#large].filter((item) => item.view !== undefined && item.view < view);
    older.sort((a, b) => (a.view as number) - (b.view as number));
    const dropped = new Set<Item>();
    for (const item of older) {
      if (this.#bytes + size <= maxBytes && this.#small.length + this.#large.length - dropped.size < maxFrames) break;
      dropped.add(item);
      this.#bytes -= item.body.length + FRAME_HEADER_BYTES;
      this.#options.onDrop(item.type);
    }
    this.#small = this.#small.filter((item) => !dropped.has(item));
    this.#large = this.#large.filter((item) => !dropped.has(item));
    return fits();
  }

  #nextWrite(): Uint8Array | undefined {
    const largeIsDue = this.#large.length > 0 && (this.#small.length === 0 || this.#smallTurn >= SMALL_TURN_BYTES);
    if (largeIsDue) return this.#startLarge();
    return this.#small.length === 0 ? undefined : this.#joinSmall();
  }

  #startLarge(): Uint8Array {
    this.#smallTurn = 0;
    const { type, body } = this.#large.shift() as Item;
    this.#bytes -= body.length + FRAME_HEADER_BYTES;
    const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
    writeFrameHeader(header, 0, type, ++this.#seq, this.#options.wallMs(), body.length);
    for (let at = 0; at < body.length; at += SLICE_BYTES) this.#slices.push(body.subarray(at, at + SLICE_BYTES));
    return header;
  }

  #joinSmall(): Uint8Array {
    let count = 0;
    let total = 0;
    while (count < this.#small.length && total < SLICE_BYTES) {
      total += (this.#small[count] as Item).body.length + FRAME_HEADER_BYTES;
      count++;
    }
    const joined = Buffer.allocUnsafe(total);
    const now = this.#options.wallMs();
    let at = 0;
    for (let i = 0; i < count; i++) {
      const { type, body } = this.#small[i] as Item;
      writeFrameHeader(joined, at, type, ++this.#seq, now, body.length);
      joined.set(body, at + FRAME_HEADER_BYTES);
      at += FRAME_HEADER_BYTES + body.length;
    }
    this.#small = count === this.#small.length ? [] : this.#small.slice(count);
    this.#bytes -= total;
    this.#smallTurn += total;
    return joined;
  }
}
