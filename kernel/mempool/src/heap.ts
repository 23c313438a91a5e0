/** A plain binary heap: `pop` gives the item that comes before all others. Its user bounds its size. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #before: (a: T, b: T) => boolean;

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before;
  }

  /** The first item, still in. */
  get top(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let place = items.push(item) - 1;
    for (; place > 0; place = (place - 1) >> 1) {
      const parent = items[(place - 1) >> 1]!;
      if (!this.#before(item, parent)) break;
      items[place] = parent;
    }
    items[place] = item;
  }

  pop(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const item = items.pop();
    if (item === undefined || items.length === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#before(items[child + 1]!, items[child]!)) child++;
      if (!this.#before(items[child]!, item)) break;
      items[place] = items[child]!;
      place = child;
    }
    items[place] = item;
    return first;
  }
}
