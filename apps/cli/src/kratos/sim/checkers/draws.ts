import { asciiBytes, concatBytes, digestOf } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { clocks, credits, epochData, security, totalCredits, type Validator, validators } from "@polis/kratos";
import { type BlockView, type Invariant, movedIn } from "./invariant.ts";
import { u64le } from "./leaders.ts";

/** What leaders are drawn from: weights and randomness. */
export const drawInvariants: readonly Invariant[] = [
  { id: "I10", check: weights },
  { id: "6.6", check: randomness },
];

const UNIT = 2 ** 64;
/** Doubles are good enough to tell one weight from another. */
const TOLERANCE = 1e-9;

/** The snapshot of a boundary weighs min(√stake, 1000) · ln(1 + VC), halved by a Degraded clock (kratos-core 6.1, 6.2). */
function weights(view: BlockView): string | undefined {
  if (view.crossed === 0) return undefined;
  const { nextSchedule } = view.after.get(epochData);
  // Without any weight all weigh 1, or the clocks are left out (6.4).
  if (nextSchedule.every(({ weight }) => weight === 1n)) return undefined;
  const moved = movedIn(view);
  for (const { account, weight } of nextSchedule) {
    const validator = view.after.get(validators.of(account));
    if (validator === undefined || moved.has(account)) continue;
    const plain = rootOf(view, validator) * Math.log(1 + totalCredits(view.after.get(credits.of(account))));
    const { status } = view.after.get(clocks.of(account));
    const expected = plain * (status === "Healthy" ? 1 : status === "Degraded" ? 0.5 : 0);
    if (!Number.isNaN(expected) && Math.abs(Number(weight) / UNIT - expected) > TOLERANCE * Math.max(1, expected))
      return `${account} weighs ${Number(weight) / UNIT} instead of ${expected}`;
  }
  return undefined;
}

/** √stake in KRAT, or 10 for a bootstrap validator with 100 credits; NaN where the grace after the era decides. */
function rootOf({ after }: BlockView, { id, stake, isBootstrap }: Validator): number {
  if (stake > 0n) return Math.min(1_000, Math.sqrt(Number(stake) / 1e12));
  if (!isBootstrap || totalCredits(after.get(credits.of(id))) < 100) return 0;
  return after.get(security).state === "Bootstrap" ? 10 : Number.NaN;
}

/** Each block feeds the accumulator with its author's output, and an epoch's randomness is that of its beginning. */
function randomness({ before, after, header, rules, crossed }: BlockView): string | undefined {
  const [was, is] = [before.get(epochData), after.get(epochData)];
  const { value } = is.randomness.at(-1)!;
  const fresh = blake3(concatBytes(asciiBytes("KRATOS_EPOCH_RANDOMNESS_V1:"), u64le(header.epoch), was.accumulator));
  const expected = crossed > 0 ? fresh : was.randomness.at(-1)!.value;
  if (digestOf(value) !== digestOf(expected)) return "the randomness of the epoch is another one";
  const input = concatBytes(asciiBytes("KRATOS_VRF_PROOF_V1:"), value, u64le(header.slot));
  const output = rules.signatures.vrf(Uint8Array.fromHex(header.author), input, header.vrfProof);
  if (output === undefined) return "the author has not proved its output";
  const fed = blake3(concatBytes(asciiBytes("KRATOS_RANDAO_V1:"), was.accumulator, output));
  return digestOf(fed) === digestOf(is.accumulator)
    ? undefined
    : "the output of the author does not reach the randomness";
}
