import type { Outcome, StepRecord } from "./outcome.ts";

/**
 * The first difference between what two engines say about one message, or undefined. Steps are compared when both have
 * some.
 */
export function compareOutcomes(ours: Outcome, theirs: Outcome): string | undefined {
  const step = ours.steps.length > 0 && theirs.steps.length > 0 ? compareSteps(ours.steps, theirs.steps) : undefined;
  if (step !== undefined) return step;
  for (const field of ["ended", "output", "gasUsed", "refund"] as const)
    if (ours[field] !== theirs[field]) return `${field}: ${ours[field]}, reference ${theirs[field]}`;
  return compareLists("logs", ours.logs, theirs.logs) ?? compareLists("world", ours.world, theirs.world);
}

function compareLists(name: string, ours: readonly string[], theirs: readonly string[]): string | undefined {
  for (let i = 0; i < Math.max(ours.length, theirs.length); i++)
    if (ours[i] !== theirs[i]) return `${name}: ${ours[i] ?? "nothing"}, reference ${theirs[i] ?? "nothing"}`;
  return undefined;
}

/**
 * The reference does not show an instruction whose price cannot be paid, so one of ours that ends its frame may be
 * missing there. It shows memory and refunds after the instruction has paid, so these are compared with our next step.
 */
function compareSteps(ours: readonly StepRecord[], theirs: readonly StepRecord[]): string | undefined {
  let at = 0;
  for (const [i, step] of ours.entries()) {
    const other = theirs[at];
    const next = ours[i + 1];
    const endsFrame = next === undefined || next.depth < step.depth;
    if (other !== undefined && isSame(step, other)) {
      at++;
      if (next?.depth === step.depth && (next.memory < other.memory || next.refund !== other.refund))
        return `after ${describe(step)}: memory ${next.memory} refund ${next.refund}, reference ${describe(other)}`;
    } else if (!endsFrame) return `step ${i}: ${describe(step)}, reference ${other ? describe(other) : "ended"}`;
  }
  return at === theirs.length ? undefined : `ended before reference's step ${describe(theirs[at]!)}`;
}

/** What the reference shows for every opcode that has no meaning. */
const INVALID = 0xfe;

function isSame(a: StepRecord, b: StepRecord): boolean {
  return (
    a.depth === b.depth &&
    a.pc === b.pc &&
    (a.op === b.op || b.op === INVALID) &&
    a.gas === b.gas &&
    a.stack.length === b.stack.length &&
    a.stack.every((word, i) => word === b.stack[i])
  );
}

function describe({ depth, pc, op, gas, stack, memory, refund }: StepRecord): string {
  const words = stack.slice(-4).map((word) => `0x${word.toString(16)}`);
  return `depth ${depth} pc ${pc} op 0x${op.toString(16)} gas ${gas} memory ${memory} refund ${refund} stack(${stack.length}) ${words.join(" ")}`;
}
