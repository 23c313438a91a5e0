import { type Address, address, type Digest, digest } from "@polis/codec";
import type { SubstateReader } from "../../seam/substate.ts";
import type { FrameEnd, FrameStart, Step } from "../../seam/tracer.ts";
import type { Execution, Halt } from "../../seam/transaction.ts";

/** The address 0x00..0n. */
export const account = (n: number): Address => address(n.toString(16).padStart(40, "0"));
/** The slot n. */
export const slot = (n: number): Digest => digest(n.toString(16).padStart(64, "0"));
/** No bytes. */
export const none = new Uint8Array(0);

/** A frame's start with plain defaults. */
export function start(part: Partial<FrameStart>): FrameStart {
  return { kind: "CALL", depth: 0, from: account(1), to: account(2), input: none, gas: 1000n, value: 0n, ...part };
}

/** A frame's end. */
export function end(gasUsed: bigint, halt?: Halt, output: Uint8Array = none, depth = 0): FrameEnd {
  return { depth, gasUsed, output, halt };
}

/** A step with a stack written bottom first. */
export function step(part: Partial<Omit<Step, "stack">> & { words?: readonly bigint[] }): Step {
  const words = part.words ?? [];
  return {
    pc: 0,
    op: 0,
    gas: 1000n,
    depth: 0,
    refund: 0n,
    address: account(2),
    memoryBytes: 0,
    memory: () => none,
    returnData: () => none,
    ...part,
    stackSize: words.length,
    stack: (fromTop) => words[words.length - 1 - fromTop]!,
  };
}

/** A finished execution. */
export function execution(part: Partial<Execution>): Execution {
  return {
    status: 1,
    gasUsed: 22_000n,
    gasSpent: 22_000n,
    gasRefunded: 0n,
    output: none,
    logs: [],
    created: undefined,
    halt: undefined,
    ...part,
  };
}

/** A state that tests change between callbacks. */
export interface PlayState extends SubstateReader {
  readonly accounts: Map<Address, { balance: bigint; nonce: bigint; code: Uint8Array; slots: Map<Digest, bigint> }>;
}

/** A state with the given balances. */
export function playState(balances: Readonly<Record<Address, bigint>>): PlayState {
  const accounts: PlayState["accounts"] = new Map(
    Object.entries(balances).map(([key, balance]) => [
      address(key),
      { balance, nonce: 0n, code: none, slots: new Map<Digest, bigint>() },
    ]),
  );
  return {
    accounts,
    balance: (of) => accounts.get(of)?.balance ?? 0n,
    nonce: (of) => accounts.get(of)?.nonce ?? 0n,
    code: (of) => accounts.get(of)?.code ?? none,
    storage: (of, at) => accounts.get(of)?.slots.get(at) ?? 0n,
  };
}
