/** Something that happens at a virtual time. `seq` is given by the queue and breaks ties in order of arrival. */
export interface Timed {
  /** Microseconds of virtual time. */
  readonly at: number;
  seq: number;
}

/** A priority queue of events by (time, order of arrival). */
export interface EventQueue<E extends Timed> {
  push(event: E): void;
  /** Removes the earliest event, or undefined when empty. */
  pop(): E | undefined;
  readonly size: number;
}

function before(a: Timed, b: Timed): boolean {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq);
}

/** A binary heap: push and pop cost O(log size); at equal times the first pushed comes out first. */
export function createEventQueue<E extends Timed>(): EventQueue<E> {
  const heap: E[] = [];
  let pushed = 0;
  const up = (start: number): void => {
    let i = start;
    const event = heap[i]!;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const other = heap[parent]!;
      if (!before(event, other)) break;
      heap[i] = other;
      i = parent;
    }
    heap[i] = event;
  };
  const down = (event: E): void => {
    const size = heap.length;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, event)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = event;
  };
  return {
    push: (event) => {
      event.seq = pushed++;
      heap.push(event);
      up(heap.length - 1);
    },
    pop: () => {
      const first = heap[0];
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) down(last);
      return first;
    },
    get size() {
      return heap.length;
    },
  };
}
