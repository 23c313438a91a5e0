import * as layout from "../../assembly/layout.ts";
import type { FrameStart, Step, Tracer } from "../seam/tracer.ts";
import { haltOf, kindOf } from "./halts.ts";
import type { KernelImports } from "./kernelExports.ts";
import type { Machine } from "./machine.ts";

/** Hooks of the traced build; those of an execution without a tracer are never called. */
export type TraceHooks = Pick<
  KernelImports,
  "onStep" | "onEnter" | "onExit" | "onLog" | "onAccount" | "onSlot" | "onDestroy"
>;

const NO_BYTES = new Uint8Array();

/** Translates the kernel's hooks into the calls of a tracer. */
export function traceHooks(machine: () => Machine, tracer: () => Tracer | undefined): TraceHooks {
  const depth = () => machine().memory.u32(machine().kernel.frameAt() + layout.FRAME_DEPTH);
  return {
    onStep: () => tracer()?.onStep?.(stepOf(machine())),
    onEnter: () => tracer()?.onEnter?.(frameStart(machine())),
    onExit: (halt, gasUsed, output, length) => {
      tracer()?.onExit?.({
        depth: depth(),
        gasUsed,
        output: machine().memory.bytes.subarray(output, output + length),
        halt: haltOf(halt),
      });
    },
    onLog: (log) => tracer()?.onLog?.(machine().readLog(log).log, depth()),
    onAccount: (entry) => tracer()?.onAccount?.(machine().memory.address(entry)),
    onSlot: (account, key) => tracer()?.onSlot?.(machine().memory.address(account), machine().memory.digest(key)),
    onDestroy: (from, to, amount) => {
      const { memory } = machine();
      const inner = depth() + 1;
      tracer()?.onEnter?.({
        kind: "SELFDESTRUCT",
        depth: inner,
        from: machine().address(from),
        to: machine().address(to),
        input: NO_BYTES,
        gas: 0n,
        value: memory.word(amount),
      });
      tracer()?.onExit?.({ depth: inner, gasUsed: 0n, output: NO_BYTES, halt: undefined });
    },
  };
}

/** The frame that the kernel has just opened. */
function frameStart(machine: Machine): FrameStart {
  const { kernel, memory } = machine;
  const frame = kernel.frameAt();
  const addressOf = (field: number) => machine.address(memory.u32(frame + field));
  const kind = memory.u32(frame + layout.FRAME_KIND);
  const creates = kind === layout.KIND_CREATE || kind === layout.KIND_CREATE2;
  const input = kernel.arenaAt() + memory.u32(frame + layout.FRAME_INPUT);
  // Foreign code in one's own context: the frame's self is the one who calls.
  const borrows = kind === layout.KIND_DELEGATECALL || kind === layout.KIND_CALLCODE;
  return {
    kind: kindOf(kind),
    depth: memory.u32(frame + layout.FRAME_DEPTH),
    from: addressOf(borrows ? layout.FRAME_SELF : layout.FRAME_CALLER),
    to: addressOf(borrows ? layout.FRAME_CODE_ACCOUNT : layout.FRAME_SELF),
    // A view: calldata of any length costs its caller nothing.
    input: creates
      ? machine.codeBytes(memory.u32(frame + layout.FRAME_CODE))
      : memory.bytes.subarray(input, input + memory.u32(frame + layout.FRAME_INPUT_BYTES)),
    gas: memory.u64(frame + layout.FRAME_GAS),
    value: memory.word(frame + layout.FRAME_VALUE),
  };
}

/** The machine before an instruction; the kernel has saved everything to the frame's record. */
function stepOf(machine: Machine): Step {
  const { kernel, memory } = machine;
  const frame = kernel.frameAt();
  const pc = memory.u32(frame + layout.FRAME_PC);
  const stackBytes = memory.u32(frame + layout.FRAME_STACK_BYTES);
  return {
    pc,
    op: memory.bytes[memory.u32(frame + layout.FRAME_CODE) + layout.CODE_START + pc]!,
    gas: memory.u64(frame + layout.FRAME_GAS),
    depth: memory.u32(frame + layout.FRAME_DEPTH),
    refund: kernel.refundNow(),
    get address() {
      return machine.address(memory.u32(frame + layout.FRAME_SELF));
    },
    memoryBytes: memory.u32(frame + layout.FRAME_MEMORY_BYTES),
    stackSize: stackBytes / 32,
    stack: (fromTop) => {
      if (fromTop < 0 || 32 * fromTop >= stackBytes) throw new RangeError("no such word on the stack");
      const top = kernel.stackAt() + memory.u32(frame + layout.FRAME_STACK) + stackBytes - 32;
      return memory.word(top - 32 * fromTop);
    },
    memory: () => memory.copy(kernel.memoryAt(), memory.u32(frame + layout.FRAME_MEMORY_BYTES)),
    returnData: () => machine.output(),
  };
}
