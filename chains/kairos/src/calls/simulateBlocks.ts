import { type Digest, height } from "@polis/codec";
import { type Answer, type ApiError, type Json, refusal, result } from "../api/method.ts";
import type { Header } from "../block/header.ts";
import { nextBaseFee } from "../fees/nextBaseFee.ts";
import { smoothGas } from "../fees/smoothGas.ts";
import { applyOverrides } from "./applyOverrides.ts";
import type { SimulatedBlock, SimulateJob } from "./job.ts";
import { createScratchState } from "./scratchState.ts";
import { sealSimulated } from "./sealSimulated.ts";
import { type Simulation, simulateCalls } from "./simulateCalls.ts";
import type { CallWorld } from "./world.ts";

/** A simulated block, with what later ones need of it. */
export interface SimulatedHead {
  readonly digest: Digest;
  readonly header: Header;
}

/**
 * `eth_simulateV1`: blocks of calls on top of an executed block; each sees what those before it did. Value movements log a
 * Transfer from the face on this chain anyway (kairos U7), so `traceTransfers` adds nothing to the logs.
 */
export function simulateBlocks(world: CallWorld, job: SimulateJob): Answer {
  const base = world.header(job.block);
  if (base === undefined) return refusal(-32001, "block not found");
  const below = world.state(job.block);
  if (below === undefined) return refusal(-32001, `the state of block ${base.number} is not kept by this node`);
  const filled = fillGaps(job.blocks, base);
  if (!filled.ok) return filled;
  const simulation: Simulation = {
    world,
    job,
    state: createScratchState(below),
    gasLeft: job.gasCap,
    hashes: new Map(),
  };
  const shown: Json[] = [];
  let head: SimulatedHead = { digest: job.block, header: base };
  let stateRoot = base.stateRoot;
  for (const block of filled.value) {
    if (world.expired()) return refusal(-32005, "the simulation took too long");
    applyOverrides(simulation.state, block.accounts);
    const header = draftHeader(world, head, block, job.validation);
    const calls = simulateCalls(simulation, header, block);
    if (!calls.ok) return calls;
    // A block between two others that nothing happens in has the root of the one before.
    if (calls.value.length > 0 || block.accounts.length > 0) {
      const overlay = world.fork(job.block);
      if (overlay === undefined)
        return refusal(-32001, `the state of block ${base.number} is too far back to simulate on`);
      simulation.state.writeTo(overlay);
      stateRoot = overlay.seal();
    }
    const sealed = sealSimulated({ ...header, stateRoot }, calls.value, job.returnFullTransactions);
    simulation.hashes.set(BigInt(sealed.head.header.number), sealed.head.digest);
    shown.push(sealed.json);
    head = sealed.head;
  }
  return result(shown);
}

/** Blocks in one simulation with those between them that have no calls. */
const maxBlocks = 256;

type Filled =
  | { readonly ok: true; readonly value: readonly SimulatedBlock[] }
  | { readonly ok: false; readonly error: ApiError };

/** Numbers and times must rise; numbers that are left out become empty blocks. */
function fillGaps(blocks: readonly SimulatedBlock[], base: Header): Filled {
  const filled: SimulatedBlock[] = [];
  let number = BigInt(base.number);
  let timeS = base.timestampS;
  for (const block of blocks) {
    const wanted = block.environment.number ?? number + 1n;
    if (wanted <= number) return refusal(-38020, `block numbers must be in order: ${wanted} <= ${number}`);
    if (wanted - BigInt(base.number) > BigInt(maxBlocks)) return refusal(-38026, "too many blocks");
    while (number + 1n < wanted) {
      number++;
      timeS++;
      filled.push({ environment: { number, timestampS: timeS }, accounts: [], calls: [] });
    }
    const wantedS = block.environment.timestampS ?? timeS + 1;
    // Blocks of this chain may share a second (kairos 10.4).
    if (wantedS < timeS) return refusal(-38021, `block timestamps must be in order: ${wantedS} < ${timeS}`);
    filled.push({ ...block, environment: { ...block.environment, number: wanted, timestampS: wantedS } });
    number = wanted;
    timeS = wantedS;
  }
  return { ok: true, value: filled };
}

/** The header before execution: as the next block's would be, with the overrides. */
function draftHeader(
  { params }: CallWorld,
  { digest, header }: SimulatedHead,
  { environment }: SimulatedBlock,
  validation: boolean,
): Header {
  const { baseFeePerGas, gasLimit, extra } = header;
  // Without validation calls are free, and contracts see that.
  const nextFee = validation ? nextBaseFee(baseFeePerGas, extra.smoothedGas, params.fees) : 0n;
  return {
    ...header,
    parentHash: digest,
    number: height(Number(environment.number!)),
    timestampS: environment.timestampS!,
    beneficiary: environment.feeRecipient ?? header.beneficiary,
    mixHash: environment.prevRandao ?? header.mixHash,
    gasLimit: environment.gasLimit ?? gasLimit,
    baseFeePerGas: environment.baseFeePerGas ?? nextFee,
    gasUsed: 0n,
    extra: { ...extra, smoothedGas: smoothGas(extra.smoothedGas, header.gasUsed, params.fees), parentView: extra.view },
  };
}
