import { krat12 } from "@polis/codec";
import { type WithTipParams, withTip } from "../modules/accounts/withTip.ts";
import type { Call } from "../runtime/call.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";
import type { Json } from "./json.ts";
import {
  readAmount,
  readBytes,
  readCase,
  readCounter,
  readObject,
  readShape,
  type Shape,
  ShapeError,
  writeShape,
} from "./shape.ts";

const amount: Shape = { type: "amount" };
const hash: Shape = { type: "hash" };
const counter: Shape = { type: "counter" };
const record = (fields: Readonly<Record<string, Shape>>): Shape => ({ type: "record", fields });

const header = record({
  ...{ number: counter, parentHash: hash, transactionsRoot: hash, stateRoot: hash, timestamp: counter },
  ...{ epoch: counter, slot: counter, author: hash },
  vrfProof: { type: "bytes", length: 80 },
  signature: { type: "bytes", length: 64 },
});
const ref = record({ number: counter, hash });
const signature: Shape = { type: "bytes", length: 64 };
const vote = record({
  type: { type: "oneOf", names: ["prevote", "precommit"] },
  target: ref,
  round: counter,
  set: counter,
  voter: hash,
  signature,
});
const pair = (of: Shape): Shape => record({ first: of, second: of });
const precommit: Shape = {
  type: "renamed",
  fields: { target_number: counter, target_hash: hash, validator: hash, signature },
  places: {
    ...{ target_number: ["target", "number"], target_hash: ["target", "hash"] },
    ...{ validator: ["validator"], signature: ["signature"] },
  },
};

/** The JSON form of a justification, with the names of kratos-core 7.6: in calls, and in `finality_getJustification`. */
export const justificationShape: Shape = {
  type: "renamed",
  fields: {
    ...{ block_number: counter, block_hash: hash, round: counter, epoch: counter },
    precommits: { type: "list", of: precommit, max: 2_048 },
    ancestry: { type: "list", of: { type: "data", maxBytes: 304 }, max: 256 },
  },
  places: {
    ...{ block_number: ["block", "number"], block_hash: ["block", "hash"], round: ["round"], epoch: ["set"] },
    ...{ precommits: ["precommits"], ancestry: ["ancestry"] },
  },
};

/** The parameters of each call (kratos-core 2.3), in their order; an empty record is a call that is a bare name (2.8). */
export const callShapes: Readonly<Record<string, Readonly<Record<string, Shape>>>> = {
  Transfer: { to: hash, amount },
  Stake: { amount },
  Unstake: { amount },
  WithdrawUnbonded: {},
  RegisterValidator: { stake: amount },
  UnregisterValidator: {},
  ProposeEarlyValidator: { candidate: hash },
  VoteEarlyValidator: { candidate: hash },
  SubmitEvidence: { evidence: { type: "variant", cases: { doubleSigning: pair(header), equivocation: pair(vote) } } },
  RecordFinality: { justification: justificationShape },
  ClockAttest: { slot: counter },
};

const NEVER_INSIDE = ["WithTip", "RecordFinality", "ClockAttest"];

/** Reads a call: an object with one key, or a bare name (kratos-core 2.8). @throws ShapeError */
export function readCall(value: unknown, path: string, isInside = false): Call {
  const names = Object.keys(callShapes).filter((name) => !isInside || !NEVER_INSIDE.includes(name));
  if (typeof value === "string") {
    const fields = names.includes(value) ? callShapes[value] : undefined;
    if (fields === undefined || Object.keys(fields).length > 0)
      throw new ShapeError(path, "the name of a call without parameters");
    return { call: true, name: value, fields: {} };
  }
  const [name, inner] = readCase(value, path, isInside ? names : [...names, "WithTip"]);
  if (name === "WithTip") {
    const object = readObject(inner, `${path}.WithTip`, ["tip", "call"]);
    const tip = krat12(readAmount(object.tip, `${path}.WithTip.tip`));
    return withTip({ tip, call: readCall(object.call, `${path}.WithTip.call`, true) });
  }
  return { call: true, name, fields: readShape(record(callShapes[name]!), inner, `${path}.${name}`) };
}

/** The JSON form of a call. */
export function callJson({ name, fields }: Call): Json {
  if (name === "WithTip") {
    const { tip, call } = fields as WithTipParams;
    return { WithTip: { tip: tip.toString(), call: callJson(call) } };
  }
  const details = callDetails({ name, fields });
  return Object.keys(details as object).length === 0 ? name : { [name]: details };
}

/** The parameters of a call alone. */
export function callDetails({ name, fields }: Pick<Call, "name" | "fields">): Json {
  const shape = callShapes[name];
  if (shape === undefined) throw new Error(`the call ${name} has no JSON form`);
  return writeShape(record(shape), fields);
}

/** Reads a signed transaction; a hash that comes with it is not looked at (kratos-core 2.2). @throws ShapeError */
export function readSignedTransaction(value: unknown, path: string): SignedTransaction {
  const outer = readObject(value, path, ["transaction", "signature", "hash"]);
  const inside = `${path}.transaction`;
  const inner = readObject(outer.transaction, inside, ["sender", "nonce", "call", "timestamp"]);
  return {
    transaction: {
      sender: readBytes(inner.sender, `${inside}.sender`, 32, 32).toHex() as SignedTransaction["transaction"]["sender"],
      nonce: readCounter(inner.nonce, `${inside}.nonce`),
      call: readCall(inner.call, `${inside}.call`),
      timestamp: readCounter(inner.timestamp, `${inside}.timestamp`),
    },
    signature: readBytes(outer.signature, `${path}.signature`, 64, 64),
  };
}

/** The JSON form of a signed transaction, which `readSignedTransaction` reads back. */
export function signedTransactionJson({ transaction, signature: bytes }: SignedTransaction): Json {
  const { sender, nonce, call, timestamp } = transaction;
  return {
    transaction: { sender: `0x${sender}`, nonce, call: callJson(call), timestamp },
    signature: `0x${bytes.toHex()}`,
  };
}
