import type { Krat12 } from "@polis/codec";
import { type Kce, kceRecord } from "@polis/codec";
import { kceKrat } from "../../kce.ts";
import type { Call } from "../../runtime/call.ts";
import type { TaggedKind } from "../../runtime/tagged.ts";

/** Parameters of call 11: another call, and what is paid on top of its fee. */
export interface WithTipParams {
  readonly tip: Krat12;
  readonly call: Call;
}

/** The tag of calls with a tip; calls with these tags may not be inside one (kratos-core 2.3). */
export const WITH_TIP_TAG = 11;
const NEVER_INSIDE = [WITH_TIP_TAG, 13, 14];

/** The kinds of calls that may carry a tip. */
export function mayBeTipped({ tag }: TaggedKind): boolean {
  return !NEVER_INSIDE.includes(tag);
}

/** The fields of a call with a tip, over the encoding of the calls that may be inside. */
export function kceWithTip(inner: Kce<Call>): Kce<WithTipParams> {
  return kceRecord({ tip: kceKrat, call: inner });
}

/** Wraps a call with a tip. @throws RangeError at the encoding when the call may not be inside one */
export function withTip(params: WithTipParams): Call {
  return { call: true, name: "WithTip", fields: params };
}
