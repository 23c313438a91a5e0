/**
 * Ends the process when something still holds it after a time; it goes by itself before, when nothing does. A program never
 * calls `process.exit` amid its work: the runtime then waits for its compiler threads, and one of these may wait for a
 * collection that only the thread which is ending could do (nodejs/node issue 54918). After a quiet time none of them waits.
 * @param code of the process
 * @example exitAfter(9_500, 1)
 */
export function exitAfter(ms: number, code: number): void {
  setTimeout(() => process.exit(code), ms).unref();
}
