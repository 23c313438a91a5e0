/**
 * Code lengths of the symbols 0 to 255 and of the end mark (RFC 7541 appendix B). The code is canonical: symbols of one
 * length have consecutive codes in the order of their numbers, so that the lengths say everything. Runs are `length*count`.
 */
const lengths: readonly number[] = expand(
  "13 23 28*7 24 30 28*2 30 28*8 30 28*9 6 10*2 12 13 6 8 11 10*2 8 11 8 6*3 5*3 6*7 7 8 15 6 12 10 13 6 7*22 8 7 8 13 19 13 " +
    "14 6 15 5 6 5 6 5 6*3 5 7*2 6*3 5 6 7 6 5*2 6 7*5 15 11 14 13 28 20 22 20*2 22*3 23 22 23*5 24 23 24*2 22 23 24 23*4 " +
    "21 22 23 22 23*2 24 22 21 20 22*2 23*2 21 23 22*2 24 21 22 23*2 21*2 22 21 23 22 23*2 20 22*3 23 22*2 23 26*2 20 19 22 " +
    "23 22 25 26*3 27*2 26 24 25 19 21 26 27*2 26 27 24 21*2 26*2 28 27*3 20 24 20 21 22 21*2 23 22*2 25*2 24*2 26 23 26 27 " +
    "26*2 27*5 28 27*5 26 30",
);
const endMark = 256;
const maxPadding = 7;

function expand(text: string): number[] {
  return text.split(" ").flatMap((run) => {
    const [length, count = "1"] = run.split("*");
    return new Array<number>(Number(count)).fill(Number(length));
  });
}

/** What four more bits do in a state: the next state, and the symbol that they complete or -1. */
interface Steps {
  /** By state * 16 + nibble; -1 where the end mark or no code is. */
  readonly next: Int16Array;
  readonly symbol: Int16Array;
  /** Whether a text may end in a state: only ones since the last symbol, fewer than eight. */
  readonly mayEnd: Uint8Array;
}

type Node = { zero?: Node | number; one?: Node | number };

const steps = makeSteps();

/**
 * Reads a text in the Huffman code of HPACK (RFC 7541 5.2).
 * @returns undefined for a text that ends inside a symbol, has the end mark, or wrong padding
 * @example decodeHuffman(Uint8Array.of(0x1f), 0, 1) // "a": 00011 and three ones
 */
export function decodeHuffman(bytes: Uint8Array, from: number, to: number): string | undefined {
  const { next, symbol, mayEnd } = steps;
  let state = 0;
  let text = "";
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    for (let shift = 4; shift >= 0; shift -= 4) {
      const step = state * 16 + ((byte >> shift) & 15);
      const found = symbol[step]!;
      state = next[step]!;
      if (state < 0) return undefined;
      // A symbol has at least five bits: four complete no more than one.
      if (found >= 0) text += String.fromCharCode(found);
    }
  }
  return mayEnd[state] === 1 ? text : undefined;
}

/** The code as a tree; leaves are symbols. */
function makeTree(): Node {
  const root: Node = {};
  const order = lengths.map((length, symbol) => ({ length, symbol }));
  order.sort((a, b) => a.length - b.length || a.symbol - b.symbol);
  let code = 0;
  let last = order[0]!.length;
  for (const { length, symbol } of order) {
    code *= 2 ** (length - last);
    last = length;
    let node = root;
    for (let bit = length - 1; bit > 0; bit--) {
      const side = (code >>> bit) & 1 ? "one" : "zero";
      node[side] ??= {};
      node = node[side] as Node;
    }
    node[code & 1 ? "one" : "zero"] = symbol;
    code++;
  }
  return root;
}

function makeSteps(): Steps {
  const root = makeTree();
  const nodes: Node[] = [root];
  for (const node of nodes) {
    for (const child of [node.zero, node.one]) if (typeof child === "object") nodes.push(child);
  }
  const numbers = new Map(nodes.map((node, i) => [node, i]));
  const next = new Int16Array(nodes.length * 16).fill(-1);
  const symbol = new Int16Array(nodes.length * 16).fill(-1);
  for (const [i, start] of nodes.entries()) {
    for (let nibble = 0; nibble < 16; nibble++) {
      let node: Node | undefined = start;
      for (let bit = 3; bit >= 0 && node !== undefined; bit--) {
        const child: Node | number | undefined = (nibble >> bit) & 1 ? node.one : node.zero;
        if (typeof child === "number" && child !== endMark) symbol[i * 16 + nibble] = child;
        node = typeof child === "object" ? child : child === undefined || child === endMark ? undefined : root;
      }
      if (node !== undefined) next[i * 16 + nibble] = numbers.get(node)!;
    }
  }
  const mayEnd = new Uint8Array(nodes.length);
  let node: Node | number | undefined = root;
  for (let ones = 0; ones <= maxPadding && typeof node === "object"; ones++) {
    mayEnd[numbers.get(node)!] = 1;
    node = node.one;
  }
  return { next, symbol, mayEnd };
}
