/** Something that can be in several heaps: it keeps its own place in each, -1 when it is in none. */
export interface HeapMember {
  readonly places: number[];
}

/**
 * A binary heap whose members can be moved and removed in O(log n), because each knows its place.
 * @param slot which of the member's places belongs to this heap
 */
export class IndexedHeap<T extends HeapMember> {
  /** The heap as an array: the children of i are 2i+1 and 2i+2. Read only. */
  readonly members: T[] = [];
  readonly #slot: number;
  readonly #before: (a: T, b: T) => boolean;

  constructor(slot: number, before: (a: T, b: T) => boolean) {
    this.#slot = slot;
    this.#before = before;
  }

  /** The member that comes before all others. */
  get top(): T | undefined {
    return this.members[0];
  }

  /** Inserts a member, or moves it after its key changed. */
  put(member: T): void {
    let place = member.places[this.#slot]!;
    if (place === -1) place = this.members.push(member) - 1;
    this.#settle(member, place);
  }

  /** Takes a member out, if it is in. */
  remove(member: T): void {
    const place = member.places[this.#slot]!;
    if (place === -1) return;
    member.places[this.#slot] = -1;
    const last = this.members.pop()!;
    if (last !== member) this.#settle(last, place);
  }

  #settle(member: T, start: number): void {
    const { members } = this;
    const slot = this.#slot;
    let place = start;
    while (place > 0) {
      const parent = members[(place - 1) >> 1]!;
      if (!this.#before(member, parent)) break;
      members[place] = parent;
      parent.places[slot] = place;
      place = (place - 1) >> 1;
    }
    if (place === start) place = this.#sink(member, place);
    members[place] = member;
    member.places[slot] = place;
  }

  #sink(member: T, start: number): number {
    const { members } = this;
    let place = start;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= members.length) return place;
      if (child + 1 < members.length && this.#before(members[child + 1]!, members[child]!)) child++;
      const best = members[child]!;
      if (!this.#before(best, member)) return place;
      members[place] = best;
      best.places[this.#slot] = place;
      place = child;
    }
  }
}
