import { type Digest, slot } from "@polis/codec";
import { finality, type Module } from "@polis/kratos";
import { createPrng, createRunHash } from "@polis/simulator";
import { viewOf } from "../checkers/invariant.ts";
import { Judge } from "../checkers/judge.ts";
import type { SimReport } from "../report.ts";
import { type SimBlock, SimChain } from "../world/simChain.ts";
import { type TrafficOptions, trafficOf } from "../world/traffic.ts";
import { justifyTip } from "./justify.ts";

/** A run of one node without a network: years of virtual time. */
export interface SingleOptions extends TrafficOptions {
  readonly seed: number;
  /** Bootstrap validators of genesis. */
  readonly validators: number;
  /** Further people with money. */
  readonly others: number;
  readonly epochs: number;
  readonly slotsPerEpoch: number;
  readonly bootstrapMinEpochs: number;
  readonly real: boolean;
  /** One slot in so many stays empty; 0 for none. */
  readonly missEvery: number;
  /** A justification is recorded in one block of so many; 0 for none. */
  readonly justifyEvery: number;
  /** One block in so many is imported again, as another node would (I2); 0 for none. */
  readonly importEvery: number;
  /** How often the root is built from nothing; 0 for never. */
  readonly rootsEveryEpochs: number;
  /** A planted mistake. */
  readonly bug?: Module | undefined;
}

/** Runs a chain slot after slot, every block judged. @param onEpoch told of each epoch */
export function runSingle(options: SingleOptions, onEpoch?: (done: number) => void): SimReport {
  const chain = new SimChain(options);
  const random = createPrng(options.seed, 2);
  const judge = new Judge(options.rootsEveryEpochs);
  const hash = createRunHash();
  const slots = options.epochs * options.slotsPerEpoch;
  let tip = chain.first;
  let blocks = 0;
  // Hashes above what is recorded as final: what a justification may name.
  const hashes = new Map<number, Digest>();
  for (let at = 1; at <= slots; at++) {
    if (at % options.slotsPerEpoch === 0) onEpoch?.(at / options.slotsPerEpoch);
    if (options.missEvery > 0 && random.below(options.missEvery) === 0) continue;
    const { leader, epoch } = chain.duty(tip, slot(at));
    if (leader === undefined) continue;
    const author = chain.personOf(leader);
    const justification =
      options.justifyEvery > 0 && (blocks + 1) % options.justifyEvery === 0
        ? justifyTip(chain, tip, author, (number) => hashes.get(number)!)
        : undefined;
    const traffic = trafficOf(chain, tip, epoch, options, random).filter(
      ({ transaction }) => justification === undefined || transaction.sender !== leader,
    );
    const transactions = justification === undefined ? traffic : [justification, ...traffic];
    const done = chain.produce(tip, slot(at), author, transactions);
    if (typeof done === "string") {
      // Out by its clock, in jail since the schedule was fixed: its slots stay empty.
      if (done !== "UnauthorizedAuthor") judge.report("I39", tip.header.number + 1, `slot ${at}: ${done}`);
      continue;
    }
    if (options.importEvery > 0 && blocks % options.importEvery === 0) checkImport(chain, tip, done.block, judge);
    const parent = tip.header;
    tip = chain.attach(tip, done, true);
    judge.look(viewOf(chain.rules, parent, tip));
    hash.addText(tip.hash);
    hashes.set(tip.header.number, tip.hash);
    if (justification !== undefined) forget(hashes, tip.entries.get(finality).number);
    blocks++;
  }
  return {
    ...{ seed: options.seed, hash: hash.hex(), height: tip.header.number, states: judge.sometimes.states },
    finalizedHeight: tip.entries.get(finality).number,
    violations: judge.violations,
    sometimes: judge.sometimes.all(),
  };
}

/** Takes away what is final. */
function forget(hashes: Map<number, Digest>, final: number): void {
  for (const number of hashes.keys()) {
    if (number > final) return;
    hashes.delete(number);
  }
}

/** I2: another node finds the same root, which is in the header. I3: asking for it changes nothing below. */
function checkImport(chain: SimChain, tip: SimBlock, block: SimBlock["block"], judge: Judge): void {
  const imported = chain.import(tip, block);
  if (typeof imported === "string") judge.report("I2", block.header.number, `an importing node finds ${imported}`);
  const broken = { ...block, header: { ...block.header, stateRoot: tip.hash } };
  if (typeof chain.import(tip, broken) !== "string")
    judge.report("I3", block.header.number, "a wrong root is imported");
}
