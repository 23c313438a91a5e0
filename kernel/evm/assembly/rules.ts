/** Rules of the chain, set once per engine. */
export let fork: i32 = 0;
/** The host judges each movement of value (`onValue`); Ethereum has no such rule. */
export let asksOnValue: bool = false;
/** SELFDESTRUCT in favour of itself leaves the balance where it is (kairos U6); Ethereum burns it. */
export let keepsDestroyed: bool = false;
/** Only in the traced build: the tracer wants to see each instruction. */
export let stepping: bool = false;

/** Sets the rules of a chain: a FORK_ number and its two deviations from Ethereum. Called once. */
export function setRules(newFork: i32, onValue: bool, keeps: bool): void {
  fork = newFork;
  asksOnValue = onValue;
  keepsDestroyed = keeps;
}

/** Whether the traced build stops before each instruction; set for each transaction. */
export function setStepping(on: bool): void {
  stepping = on;
}
