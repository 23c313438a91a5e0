import type { Prng } from "../random/prng.ts";
import type { Attacker } from "./attacker.ts";
import { invalidProposer, skipper } from "./badLeader.ts";
import { equivocator } from "./equivocator.ts";
import { forger } from "./forger.ts";
import { impersonator } from "./impersonator.ts";
import { liarInSync } from "./liarInSync.ts";
import { ATTACKER_NAMES } from "./names.ts";
import { nuller, nullifyOnly } from "./nuller.ts";
import { outdated } from "./outdated.ts";
import { silent } from "./silent.ts";
import { slow } from "./slow.ts";
import { spammer } from "./spammer.ts";
import { withholder } from "./withholder.ts";

type Make = (prng: Prng) => Attacker;

const SCRIPTS: Readonly<Record<Exclude<(typeof ATTACKER_NAMES)[number], "fickle">, Make>> = {
  equivocator,
  forger,
  impersonator,
  "invalid-proposer": invalidProposer,
  "liar-in-sync": liarInSync,
  nuller,
  "nullify-only": nullifyOnly,
  outdated,
  silent,
  skipper,
  slow,
  spammer,
  withholder,
};

/** Correct until the schedule kills it for good: not a random role. */
const MORTAL: Attacker = { name: "mortal" };

/** Makes an attacker by name. Throws a RangeError for an unknown one. */
export function attackerNamed(name: string, prng: Prng): Attacker {
  if (name === "mortal") return MORTAL;
  if (name === "fickle") return fickle(prng);
  const make: Make | undefined = (SCRIPTS as Readonly<Record<string, Make>>)[name];
  if (make === undefined) throw new RangeError(`no attacker is called ${name}`);
  return make(prng);
}

/** Plays another random role every 15 ticks. */
function fickle(prng: Prng): Attacker {
  const names = ATTACKER_NAMES.filter((name) => name !== "fickle");
  let role = attackerNamed(prng.pick(names), prng);
  let ticks = 0;
  return {
    name: "fickle",
    onTick: (tools) => {
      if (++ticks % 15 === 0) role = attackerNamed(prng.pick(names), prng);
      role.onTick?.(tools);
    },
    onSend: (tools, message, to) => role.onSend?.(tools, message, to) ?? false,
    onReceive: (tools, from, message) => role.onReceive?.(tools, from, message) ?? false,
    onRequest: (tools, from, requestId, request) => role.onRequest?.(tools, from, requestId, request) ?? false,
  };
}
