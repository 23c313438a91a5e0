import { type Digest, type Millis, millis } from "@polis/codec";
import type { Block } from "../block/block.ts";
import { blockHash } from "../block/header.ts";
import { type Delivered, Download } from "./download.ts";

/** Wait after blocks that could not be tried yet. */
const PAUSE_MS = 2_000;

/** The pass over the missing blocks that is going on, if one is, and the blocks that are out for import. */
export class Passes {
  #current: Download | undefined;
  #plans = 0;
  #pausedUntil: Millis = millis(0);
  /** Imports that are given and not told of yet, with the parents that their blocks name. */
  readonly #given = new Map<Digest, Digest>();

  /** The pass that a request named; undefined when it is over. */
  of(plan: number): Download | undefined {
    return this.#current?.plan === plan ? this.#current : undefined;
  }

  /** The pass to ask blocks for now. */
  open(now: Millis): Download | undefined {
    return now < this.#pausedUntil ? undefined : this.#current;
  }

  /** Ends the pass: what was asked for comes too late. */
  end(): void {
    this.#current = undefined;
  }

  /** Ends it for a while. */
  pause(now: Millis): void {
    this.#current = undefined;
    this.#pausedUntil = millis(now + PAUSE_MS);
  }

  /** Begins a pass above the head when none is going on. */
  begin(now: Millis, head: number): void {
    if (this.#current !== undefined || now < this.#pausedUntil) return;
    this.#plans++;
    this.#current = new Download(this.#plans, head + 1);
  }

  /** True when everything came and was tried, up to this height: if the head is not there, something did not come. */
  isOver(upTo: number): boolean {
    return this.#current?.isIdle === true && this.#given.size === 0 && this.#current.next(upTo) === undefined;
  }

  /** The next few blocks to import, when those before them have been tried. */
  take(): readonly Delivered[] {
    return this.#given.size > 0 || this.#current === undefined ? [] : this.#current.take();
  }

  /** A block is out for import. */
  give({ header }: Block): void {
    this.#given.set(blockHash(header), header.parentHash);
  }

  /** A block was tried. @returns the parent that it names, if it was out for import */
  tried(hash: Digest): Digest | undefined {
    const parent = this.#given.get(hash);
    this.#given.delete(hash);
    return parent;
  }

  /** When blocks can be given, or a pass can begin. */
  wakeAt(now: Millis): Millis | undefined {
    if (this.#current === undefined) return this.#pausedUntil > now ? this.#pausedUntil : undefined;
    return this.#current.isReady && this.#given.size === 0 ? now : undefined;
  }
}
