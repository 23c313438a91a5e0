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

// Hooks of the traced build.
/** Before an instruction; stack height, gas and memory size are saved in the running frame's record. */
export declare function onStep(): void;
/** A frame has been opened and is the running one; none of its value has moved yet. */
export declare function onEnter(): void;
/** The running frame ends with this HALT_ number, its changes taken back if it failed; `output` has `length` bytes. */
export declare function onExit(halt: i32, gasUsed: i64, output: usize, length: u32): void;
/** A log has been made; `log` points to its header, its topics and data are complete. */
export declare function onLog(log: usize): void;
/** The first look at an account, before anything changes it; `entry` points to its entry. */
export declare function onAccount(entry: usize): void;
/** The first look at a slot: pointers to the entry of its account and to its key, a word. */
export declare function onSlot(account: usize, key: usize): void;
/** A SELFDESTRUCT, which is a frame of its own for tracers. */
export declare function onDestroy(from: u32, to: u32, amount: usize): void;
