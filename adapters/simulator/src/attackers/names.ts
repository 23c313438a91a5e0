/**
 * Names of all attackers but "twins", which needs no script: the same key runs twice. Their order is part of what recorded
 * seeds mean. They stand apart from the scripts, so that a page can name attackers without loading them.
 */
export const ATTACKER_NAMES = [
  "equivocator",
  "forger",
  "impersonator",
  "invalid-proposer",
  "liar-in-sync",
  "nuller",
  "nullify-only",
  "outdated",
  "silent",
  "skipper",
  "slow",
  "spammer",
  "withholder",
  "fickle",
] as const;
