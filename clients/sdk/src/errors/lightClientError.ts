/**
 * What an answer of an untrusted node failed at. The first four are the steps of kairos L3 in their order; the others
 * belong to L4 and L5.
 */
export type LightStep =
  | "certificate"
  | "signature"
  | "view"
  | "headers"
  | "response"
  | "block"
  | "account"
  | "storage"
  | "transaction"
  | "receipt"
  | "anchor"
  | "stale"
  | "missing";

/**
 * The node's answer is not proven, so nothing of it may be believed. `step` names what failed (kairos L3).
 * @example
 * const proof = await source.finality("latest");
 * const error = await new Promise((resolve) => {
 *   try {
 *     light.verify({ ...proof, headers: [] });
 *   } catch (caught) {
 *     resolve(caught);
 *   }
 * });
 * error.step; // => "headers"
 */
export class LightClientError extends Error {
  readonly code = "NOT_PROVEN";
  readonly step: LightStep;
  readonly hint: string;

  /** @example new LightClientError("signature", "the quorum did not sign this").step; // => "signature" */
  constructor(step: LightStep, message: string, options?: ErrorOptions) {
    super(`${step}: ${message}`, options);
    this.name = "LightClientError";
    this.step = step;
    this.hint =
      step === "missing"
        ? "the node has no proof of it, or hides it: wait for finality, or ask another node"
        : "do not trust this node: ask another one";
  }
}
