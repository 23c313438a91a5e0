import {
  decodeKce,
  encodeKce,
  fault,
  type Kce,
  kceBool,
  kceOptional,
  kceRecord,
  kceText,
  type Result,
  type Seconds,
} from "@polis/codec";
import { kceSeconds } from "../kce.ts";
import { MAX_FRAME_BYTES } from "./heartbeat.ts";
import { kceNetworkState, type NetworkState } from "./networkState.ts";

/** What a seed server answers (kratos-core 12.4). */
export interface HeartbeatAnswer {
  readonly accepted: boolean;
  /** The name of the refusal; undefined when accepted. */
  readonly error: string | undefined;
  readonly networkState: NetworkState | undefined;
  readonly timestamp: Seconds;
}

const kceAnswer: Kce<HeartbeatAnswer> = kceRecord({
  accepted: kceBool,
  error: kceOptional(kceText(256)),
  networkState: kceOptional(kceNetworkState),
  timestamp: kceSeconds,
});

/** The body of the answering frame. */
export function encodeHeartbeatAnswer(answer: HeartbeatAnswer): Uint8Array {
  return encodeKce(kceAnswer, answer);
}

/** Reads the body of an answer. */
export function decodeHeartbeatAnswer(body: Uint8Array): Result<HeartbeatAnswer> {
  const decoded = decodeKce(kceAnswer, body, MAX_FRAME_BYTES);
  return decoded.ok ? decoded : fault("MalformedFrame", "punish", decoded.fault.code);
}
