/**
 * What the kernel asks of its host. Every call may throw on the host's side: that is an engine error (kairos E4), the
 * exception passes through, and the next `begin` starts from clean tables.
 */

/** Fills a new account entry; its address is set. */
export declare function loadAccount(entry: usize): void;
/** Fills the value of a new storage entry; account and key are set. */
export declare function loadSlot(entry: usize): void;
/** Places the code with this hash with `newCode` and returns the block. */
export declare function loadCode(hash: usize): usize;
/** Writes the hash of a block as a word; false when the chain does not know it. */
export declare function blockHash(number: u64, word: usize): bool;
/** Runs a precompile; its output goes to the return data. Gas that is left, or -1 when it failed. */
export declare function precompile(index: u32, input: usize, length: u32, gas: i64): i64;
/** Judges a movement of value between two accounts of the table. */
export declare function onValue(from: u32, to: u32, amount: usize): bool;
/** Throws: the engine cannot go on. */
export declare function fail(why: i32): void;

/** Hooks of the traced build. */
export declare function onStep(): void;
export declare function onEnter(): void;
export declare function onExit(halt: i32, gasUsed: i64, output: usize, length: u32): void;
export declare function onLog(log: usize): void;
export declare function onAccount(entry: usize): void;
export declare function onSlot(account: usize, key: usize): void;
/** A SELFDESTRUCT, which is a frame of its own for tracers. */
export declare function onDestroy(from: u32, to: u32, amount: usize): void;
