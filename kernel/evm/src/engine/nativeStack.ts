import * as layout from "../../assembly/layout.ts";
import type { NativeCall, NativeCallResult, NativeContract, NativeOutcome } from "../seam/native.ts";
import type { BlockEnv } from "../seam/transaction.ts";
import type { Machine } from "./machine.ts";
import { KernelNativeFrame, NativeHalt } from "./nativeFrame.ts";

interface Running {
  readonly frame: KernelNativeFrame;
  readonly generator: Generator<NativeCall, NativeOutcome, NativeCallResult>;
}

type Turn = IteratorResult<NativeCall, NativeOutcome>;

/** The native contracts of the open frames, innermost last. Those below it are suspended in a call. */
export class NativeStack {
  readonly #machine: Machine;
  readonly #contracts: readonly NativeContract[];
  readonly #running: Running[] = [];

  constructor(machine: Machine, contracts: readonly NativeContract[]) {
    this.#machine = machine;
    this.#contracts = contracts;
  }

  /** Forgets frames that an exception left behind. */
  clear(): void {
    this.#running.length = 0;
  }

  /** Runs the native contract that the kernel has just opened a frame for. */
  start(env: BlockEnv): void {
    const { kernel, memory } = this.#machine;
    const contract = this.#contracts[memory.u32(kernel.frameAt() + layout.FRAME_NATIVE)]!;
    const frame = new KernelNativeFrame(this.#machine, env);
    const running = { frame, generator: contract.run(frame) };
    this.#running.push(running);
    // A generator's first step takes no value.
    this.#turn(running, () => running.generator.next(undefined as unknown as NativeCallResult));
  }

  /** Goes on with the innermost native contract after its call. */
  resume(): void {
    const running = this.#running.at(-1)!;
    const success = this.#machine.kernel.haltOfLast() === layout.HALT_NONE;
    const result = { success, output: this.#machine.output() };
    this.#turn(running, () => running.generator.next(result));
  }

  #turn({ frame }: Running, next: () => Turn): void {
    let turn: Turn;
    try {
      turn = next();
    } catch (error) {
      if (!(error instanceof NativeHalt)) throw error;
      this.#end(frame.halt, new Uint8Array());
      return;
    }
    if (frame.halt !== layout.HALT_NONE) this.#end(frame.halt, new Uint8Array());
    else if (turn.done === true) {
      const { success, output } = turn.value;
      this.#end(success ? layout.HALT_NONE : layout.HALT_REVERT, output);
    } else this.#call(turn.value);
  }

  #call({ to, input, isStatic }: NativeCall): void {
    const { kernel, memory } = this.#machine;
    const account = this.#machine.account(to);
    kernel.seeAccount(account);
    const at = kernel.nativeInput(input.length);
    memory.bytes.set(input, at);
    kernel.nativeCall(account, input.length, isStatic ? 1 : 0);
  }

  #end(halt: number, output: Uint8Array): void {
    this.#running.pop();
    this.#machine.setOutput(output);
    this.#machine.kernel.nativeEnd(halt);
  }
}
