import { type Digest, krat12 } from "@polis/codec";
import {
  accounts,
  type Call,
  candidacies,
  epochData,
  KRAT,
  ProposeEarlyValidator,
  RegisterValidator,
  type SignedTransaction,
  security,
  Transfer,
  UnregisterValidator,
  Unstake,
  VoteEarlyValidator,
  validators,
} from "@polis/kratos";
import type { Prng } from "@polis/simulator";
import type { SimBlock, SimChain } from "./simChain.ts";

/** From an epoch on, so many validators are wanted. */
export interface Membership {
  readonly fromEpoch: number;
  readonly validators: number;
}

/** What people do in a run. */
export interface TrafficOptions {
  /** By epoch, ascending; empty: nobody comes or goes. */
  readonly membership: readonly Membership[];
  /** One slot in so many has a transfer, an exit and a call that fails; 0 for no traffic. */
  readonly every: number;
}

/** Stake that is enough in every state. */
const STAKE = krat12(50_000n * KRAT);
/** Registrations or exits of one block. */
const MOVES = 40;

/** What is sent on top of a block: registrations and exits towards the wanted membership, and everyday calls. */
export function trafficOf(
  chain: SimChain,
  tip: SimBlock,
  epoch: number,
  { membership, every }: TrafficOptions,
  random: Prng,
): readonly SignedTransaction[] {
  const nonces = new Map<Digest, number>();
  const sent: SignedTransaction[] = [];
  const send = (who: number, call: Call): void => {
    const person = chain.people[who]!;
    const nonce = nonces.get(person.account) ?? tip.entries.get(accounts.of(person.account)).nonce;
    nonces.set(person.account, nonce + 1);
    const transaction = { sender: person.account, nonce, call, timestamp: 0 };
    sent.push(chain.crypto.signTransaction(chain.rules.chainIdentity, transaction, person));
  };
  const wanted = membership.findLast(({ fromEpoch }) => fromEpoch <= epoch)?.validators;
  if (wanted !== undefined) move(chain, tip, wanted, send);
  if (every > 0 && random.below(every) === 0) everyday(chain, tip, random, send);
  return sent;
}

type Send = (who: number, call: Call) => void;

function move(chain: SimChain, tip: SimBlock, wanted: number, send: Send): void {
  const { active } = tip.entries.get(epochData);
  const isActive = new Set(active);
  let missing = wanted - active.length;
  let moves = 0;
  for (const [who, { account }] of chain.people.entries()) {
    if (missing === 0 || moves === MOVES) return;
    const { free } = tip.entries.get(accounts.of(account));
    if (missing > 0 && !isActive.has(account) && free > STAKE + KRAT && mayJoin(tip, account)) {
      send(who, RegisterValidator.of({ stake: STAKE }));
      missing--;
      moves++;
    } else if (missing < 0 && isActive.has(account) && free > KRAT) {
      send(who, UnregisterValidator.of({}));
      missing++;
      moves++;
    }
  }
}

function mayJoin(tip: SimBlock, account: Digest): boolean {
  const validator = tip.entries.get(validators.of(account));
  return validator?.cooldownUntil === undefined && validator?.ejected !== true;
}

/** Also early voting, while it is open: a candidate is proposed and voted for by those with money. */
function everyday(chain: SimChain, tip: SimBlock, random: Prng, send: Send): void {
  const rich = chain.people.flatMap(({ account }, i) =>
    tip.entries.get(accounts.of(account)).free > 10n * KRAT ? [i] : [],
  );
  if (rich.length === 0) return;
  const [from, to] = [random.pick(rich), random.below(chain.people.length)];
  const { account } = chain.people[to]!;
  send(from, Transfer.of({ to: account, amount: krat12(KRAT) }));
  const { bonded } = tip.entries.get(accounts.of(chain.people[from]!.account));
  send(from, Unstake.of({ amount: krat12(bonded > 60_000n * KRAT ? KRAT : 1_000_000_000n * KRAT) }));
  if (tip.entries.get(security).state !== "Bootstrap") return;
  const candidacy = tip.entries.get(candidacies.of(account));
  for (const voter of rich) {
    if (tip.entries.get(validators.of(chain.people[voter]!.account)) === undefined) continue;
    if (candidacy === undefined) send(voter, ProposeEarlyValidator.of({ candidate: account }));
    else if (!candidacy.voters.includes(chain.people[voter]!.account)) {
      send(voter, VoteEarlyValidator.of({ candidate: account }));
    } else continue;
    return;
  }
}
