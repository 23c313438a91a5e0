import type { NativeFrame } from "@polis/evm";
import type { UsdcNames } from "../../params.ts";

/** What a method of the face works with: its frame, and what genesis says of the token. */
export interface FaceCall {
  readonly frame: NativeFrame;
  readonly names: UsdcNames;
  /** EIP-712 domain separator (kairos U9), 32 bytes. */
  readonly domainSeparator: Uint8Array;
}
