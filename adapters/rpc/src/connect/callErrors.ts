import { Code, ConnectError } from "@connectrpc/connect";

/** Why the server itself ends a call, before or instead of its handler. */
export type CallRefusal = "rate" | "streams" | "busy" | "deadline" | "internal";

/** Makes the error of a refusal; a program gives its own to add the details of its protocol. */
export type RefuseCall = (why: CallRefusal, message: string) => ConnectError;

/** Adds the details of the program's protocol to an error that the protocol itself made, such as of bad JSON. */
export type DescribeError = (error: ConnectError) => ConnectError;

const codes: Readonly<Record<CallRefusal, Code>> = {
  rate: Code.ResourceExhausted,
  streams: Code.ResourceExhausted,
  busy: Code.ResourceExhausted,
  deadline: Code.DeadlineExceeded,
  internal: Code.Internal,
};

/** The gRPC status of a refusal (kairos G3). */
export function refusalCode(why: CallRefusal): Code {
  return codes[why];
}

/** An error without details. */
export const plainRefusal: RefuseCall = (why, message) => new ConnectError(message, codes[why]);
