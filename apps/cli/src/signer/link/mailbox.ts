/**
 * Memory that the thread of consensus and the thread of the signer's link share: one answer at a time. Words:
 * 0 number of the answered request, 1 outcome, 2 length of the answer, 3 whether asking makes sense.
 */
export interface Mailbox {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly bytes: Uint8Array<SharedArrayBuffer>;
}

/** Places of the words. */
export const WORD = { answered: 0, outcome: 1, length: 2, ready: 3 } as const;
/** Outcomes of a request. */
export const OUTCOME = { signed: 0, refused: 1, unreachable: 2 } as const;

const WORDS = 4;
const MAX_ANSWER_BYTES = 512;

/** The view of shared memory; both threads make one over the same buffer. */
export function mailboxOver(buffer: SharedArrayBuffer): Mailbox {
  return { words: new Int32Array(buffer, 0, WORDS), bytes: new Uint8Array(buffer, WORDS * 4) };
}

/** Memory for a mailbox. */
export function mailboxBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(WORDS * 4 + MAX_ANSWER_BYTES);
}

/** Puts an answer in and wakes whoever waits for it. Only the thread of the link calls this. */
export function post({ words, bytes }: Mailbox, id: number, outcome: number, answer: Uint8Array): void {
  const length = Math.min(answer.length, bytes.length);
  bytes.set(answer.subarray(0, length));
  Atomics.store(words, WORD.outcome, outcome);
  Atomics.store(words, WORD.length, length);
  Atomics.store(words, WORD.answered, id);
  Atomics.notify(words, WORD.answered);
}

/**
 * Waits for the answer to a request, at most until `deadlineMs`.
 * @param nowMs monotonic milliseconds
 * @returns undefined when the time was over first
 */
export function awaitAnswer(
  { words, bytes }: Mailbox,
  id: number,
  deadlineMs: number,
  nowMs: () => number,
): { readonly outcome: number; readonly answer: Uint8Array } | undefined {
  for (;;) {
    const answered = Atomics.load(words, WORD.answered);
    if (answered === id) {
      const length = Atomics.load(words, WORD.length);
      return { outcome: Atomics.load(words, WORD.outcome), answer: Uint8Array.from(bytes.subarray(0, length)) };
    }
    const leftMs = deadlineMs - nowMs();
    if (leftMs <= 0) return undefined;
    Atomics.wait(words, WORD.answered, answered, leftMs);
  }
}
