import { krat12 } from "@polis/codec";
import {
  activeValidators,
  canParticipate,
  clocks,
  credits,
  economics,
  epochData,
  type KratosAnswer,
  type KratosBackend,
  kratosApi,
  kratText,
  State,
  security,
  splitEmission,
  totalCredits,
} from "@polis/kratos";
import { securityFacts, securityView } from "./securityView.ts";
import type { SlotStrip } from "./slotStrip.ts";

/** Shares are parts of a million: weights have up to 128 bits and JSON numbers 53. */
const MILLION = 1_000_000n;

/**
 * Everything that the observer's page shows, from committed state.
 * @param nowMs Unix time
 */
export function observe(backend: KratosBackend, strip: SlotStrip, nowMs: number): object {
  const { tree } = backend.reader;
  const { head, final, genesis, rules } = tree;
  const state = new State(head.entries);
  const active = activeValidators(state);
  const able = active.filter((validator) => canParticipate(validator, head.header.epoch)).length;
  const { peers, bestHeight } = backend.peers();
  return {
    ...{
      nowMs,
      chain: backend.chainName,
      genesisHash: `0x${genesis.hash}`,
      node: `${backend.name} ${backend.version}`,
    },
    ...{ slotSeconds: rules.clock.slotSeconds, slotsPerEpoch: rules.clock.slotsPerEpoch },
    head: blockView(head.header, head.hash),
    final: blockView(final.header, final.hash),
    ...{ peers: peers.length, pool: backend.pool.size, bestHeight: Math.max(bestHeight, head.header.number) },
    sync: value(backend, "system_syncState"),
    finality: value(backend, "finality_getStatus"),
    clock: backend.clock(),
    security: { ...securityView(securityFacts(backend, able)), alert: alertOf(backend) },
    strip: strip.look(nowMs),
    validators: validatorViews(state),
    money: moneyView(state, backend),
    voting: {
      ...(value(backend, "validator_getEarlyVotingStatus") as object),
      candidates: (value(backend, "validator_getPendingCandidates") as { readonly candidates: unknown }).candidates,
    },
  };
}

function blockView(
  { number, slot, epoch, timestamp, author }: KratosBackend["reader"]["tree"]["head"]["header"],
  hash: string,
) {
  return { number, slot, epoch, timestamp, author: `0x${author}`, hash: `0x${hash}` };
}

/** The answer of a method without parameters. */
function value(backend: KratosBackend, name: string): unknown {
  const answer: KratosAnswer = kratosApi[name]!.handle(backend, []);
  if (!answer.ok) throw new Error(`${name}: ${answer.error.message}`);
  return answer.value;
}

function alertOf(backend: KratosBackend): string {
  return (value(backend, "network_getSecurityState") as { readonly alert_level: string }).alert_level;
}

function validatorViews(state: State) {
  const { schedule, epochDuties } = state.get(epochData);
  const total = schedule.reduce((sum, { weight }) => sum + weight, 0n);
  const weights = new Map(schedule.map(({ account, weight }) => [account, weight]));
  const duties = new Map(epochDuties.map((duty) => [duty.account, duty]));
  return activeValidators(state).map(({ id, stake, status, reputation, isBootstrap }) => {
    const weight = weights.get(id) ?? 0n;
    const duty = duties.get(id);
    return {
      ...{ id: `0x${id}`, stake: kratText(stake), credits: totalCredits(state.get(credits.of(id))) },
      sharePpm: total === 0n ? 0 : Number((weight * MILLION) / total),
      ...{ clock: state.get(clocks.of(id)).status, status, reputation, isBootstrap },
      ...{ leaderSlots: duty?.leaderSlots ?? 0, produced: duty?.produced ?? 0 },
    };
  });
}

function moneyView(state: State, backend: KratosBackend) {
  const { totalSupply, minted, burned, emissionPerBlock, burnAllowance, totalBonded, poolBalance } =
    state.get(economics);
  const shown = value(backend, "economics_getState") as Readonly<Record<string, string | number>>;
  const split = splitEmission(emissionPerBlock, state.get(security).state);
  const part = (amount: bigint) => ({
    text: kratText(amount),
    ppm: totalSupply === 0n ? 0 : Number((amount * MILLION) / totalSupply),
  });
  const other = totalBonded + poolBalance + BigInt(shown.treasury!) + BigInt(shown.reserve!);
  return {
    supply: kratText(totalSupply),
    parts: {
      bonded: part(totalBonded),
      treasury: part(BigInt(shown.treasury!)),
      reserve: part(BigInt(shown.reserve!)),
      pool: part(poolBalance),
      accounts: part(krat12(totalSupply > other ? totalSupply - other : 0n)),
    },
    ...{ minted: kratText(minted), burned: kratText(burned), burnAllowance: kratText(burnAllowance) },
    ...{ ratePpb: shown.rate_ppb, emission: kratText(emissionPerBlock) },
    emissionParts: Object.fromEntries(
      Object.entries(split).map(([name, amount]) => [name, kratText(amount as bigint)]),
    ),
  };
}
