/** Rules of the chain, set once per engine. */
export let fork: i32 = 0;
export let asksOnValue: bool = false;
export let keepsDestroyed: bool = false;
/** Only in the traced build: the tracer wants to see each instruction. */
export let stepping: bool = false;

export function setRules(newFork: i32, onValue: bool, keeps: bool): void {
  fork = newFork;
  asksOnValue = onValue;
  keepsDestroyed = keeps;
}

export function setStepping(on: bool): void {
  stepping = on;
}
