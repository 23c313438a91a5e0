/** Puts EVM code together byte by byte, with jump labels and a count of the words on the stack. */
export class CodeBuilder {
  readonly #bytes: number[] = [];
  readonly #holes: { readonly at: number; readonly label: number }[] = [];
  readonly #labels = new Map<number, number>();
  #nextLabel = 0;
  /** Words on the stack where the next instruction goes, as far as the generator knows. */
  depth = 0;

  /** Adds an instruction that takes `pops` words and leaves `pushes`. */
  op(code: number, pops = 0, pushes = 0): this {
    this.#bytes.push(code);
    this.depth += pushes - pops;
    return this;
  }

  /** PUSH0 to PUSH32 with the shortest form of a number. */
  push(value: bigint | number): this {
    const number = BigInt(value);
    if (number === 0n) return this.op(0x5f, 0, 1);
    const hex = number.toString(16);
    return this.pushBytes(Uint8Array.fromHex(hex.length % 2 === 0 ? hex : `0${hex}`));
  }

  /** PUSHn of 1 to 32 bytes as they are. */
  pushBytes(bytes: Uint8Array): this {
    this.op(0x5f + bytes.length, 0, 1);
    this.#bytes.push(...bytes);
    return this;
  }

  /** A place to jump to, not yet in the code. */
  label(): number {
    return this.#nextLabel++;
  }

  /** PUSH2 of a label's position. */
  pushLabel(label: number): this {
    this.op(0x61, 0, 1);
    this.#holes.push({ at: this.#bytes.length, label });
    this.#bytes.push(0, 0);
    return this;
  }

  /** JUMPDEST for a label. */
  place(label: number): this {
    this.#labels.set(label, this.#bytes.length);
    return this.op(0x5b);
  }

  /** Adds bytes that may be anything. */
  raw(bytes: Iterable<number>): this {
    this.#bytes.push(...bytes);
    return this;
  }

  /** The code. A label that was not placed stays 0, which is no jump destination. */
  build(): Uint8Array {
    const code = Uint8Array.from(this.#bytes);
    for (const { at, label } of this.#holes) {
      const target = this.#labels.get(label) ?? 0;
      code[at] = target >> 8;
      code[at + 1] = target & 0xff;
    }
    return code;
  }
}
