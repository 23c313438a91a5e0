/** Codes of the faults that verifying a peer's proof can return, with what each one means. */
export const stateFaults = {
  PROOF_TOO_LONG: "more nodes or bytes than a proof can have",
  PROOF_HASH: "a node does not have the hash by which its parent, or the root, refers to it",
  PROOF_MALFORMED: "a node that no trie contains",
  PROOF_TRUNCATED: "the proof ends before the key is found or shown absent",
  PROOF_TRAILING: "nodes after the end of the path",
} as const;

/** One of the codes above. */
export type StateFaultCode = keyof typeof stateFaults;
