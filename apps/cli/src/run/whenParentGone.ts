/**
 * Calls `gone` when the program that started this one as a child with a channel is gone: whoever dies must leave nothing
 * running. One that died while this program still loaded its modules has been missed as an event, so the channel is asked
 * too. A program without such a parent is never called.
 * @returns lets go of the channel, which holds the process as long as somebody listens
 * @example const release = whenParentGone(() => abort.abort());
 */
export function whenParentGone(gone: () => void): () => void {
  // The channel's `send` stays when the channel has closed.
  if (process.send === undefined) return () => undefined;
  process.on("disconnect", gone);
  if (!process.connected) gone();
  return () => {
    process.removeListener("disconnect", gone);
    if (process.connected) process.disconnect?.();
  };
}
