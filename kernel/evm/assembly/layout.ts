/**
 * Where things lie in linear memory and what numbers stand for. The TypeScript driver imports this file too, so it has
 * constants only, in a form both languages read.
 */

// Mailbox: arguments and results that do not fit in a number. Byte offsets.
/** An address, 20 bytes: little-endian for `account`, big-endian for `appendLog`. */
export const MAIL_ADDRESS = 0;
/** Key of a storage slot, a word. */
export const MAIL_SLOT = 32;
/** A word: a balance, a value that is sent, or the value of a slot. */
export const MAIL_WORD = 64;
/** Topics of a log that the driver appends: at most four, 32 bytes each, big-endian. */
export const MAIL_TOPICS = 96;
/** Size of the mailbox. */
export const MAIL_BYTES = 256;

// Environment: words in this order, 32 bytes each.
/** Sender of the transaction, a word (ORIGIN). */
export const ENV_ORIGIN = 0;
/** What the transaction pays per gas (GASPRICE). */
export const ENV_GAS_PRICE = 32;
/** The block's beneficiary, a word (COINBASE). */
export const ENV_COINBASE = 64;
/** The block's height (NUMBER); BLOCKHASH counts back from it. */
export const ENV_NUMBER = 96;
/** The block's time, Unix seconds (TIMESTAMP). */
export const ENV_TIMESTAMP = 128;
/** The block's random word (PREVRANDAO, EIP-4399). */
export const ENV_PREV_RANDAO = 160;
/** The block's gas limit (GASLIMIT). */
export const ENV_GAS_LIMIT = 192;
/** CHAINID (EIP-1344). */
export const ENV_CHAIN_ID = 224;
/** Base fee per gas (BASEFEE, EIP-3198). */
export const ENV_BASE_FEE = 256;
/** Base fee per blob gas (BLOBBASEFEE, EIP-7516). */
export const ENV_BLOB_BASE_FEE = 288;
/** Number of the transaction's blob hashes, a word. */
export const ENV_BLOB_COUNT = 320;
/** The versioned hashes of its blobs, 32 bytes each, as words (BLOBHASH, EIP-4844). */
export const ENV_BLOB_HASHES = 352;
/** Blob hashes that there is room for; the driver refuses a transaction with more. */
export const MAX_BLOB_HASHES = 64;
/** Size of the environment. */
export const ENV_BYTES = 2400;

// One account of the running transaction. Numbers are little-endian; the code hash is a byte string.
/** Address, 20 bytes. */
export const ACCOUNT_ADDRESS = 0;
/** FLAG_ bits, u32. */
export const ACCOUNT_FLAGS = 20;
/** u32: 0 ordinary, a precompile's index plus one, or SPECIAL_NATIVE plus a native contract's index. */
export const ACCOUNT_SPECIAL = 24;
/** Pointer to its code block; 0 while nothing has asked for the code. */
export const ACCOUNT_CODE = 28;
/** Balance now, a word. */
export const ACCOUNT_BALANCE = 32;
/** Nonce now, u64. */
export const ACCOUNT_NONCE = 64;
/** Keccak-256 of its code, 32 bytes; that of no bytes for an account without code. */
export const ACCOUNT_CODE_HASH = 72;
/** Nonce before the transaction, u64. */
export const ACCOUNT_OLD_NONCE = 104;
/** Balance before the transaction, a word. */
export const ACCOUNT_OLD_BALANCE = 112;
/** Size of an entry. */
export const ACCOUNT_BYTES = 144;

// Flags of an account: bits of ACCOUNT_FLAGS.
/** Accessed in this transaction (EIP-2929). */
export const FLAG_WARM = 1;
/** Disappears at the end if it is empty then (EIP-161). */
export const FLAG_TOUCHED = 2;
/** A contract that this transaction creates (EIP-6780). */
export const FLAG_CREATED = 4;
/** Made and destroyed in this transaction: removed at its end (EIP-6780). */
export const FLAG_DESTROYED = 8;
/** Has code, which may be an EIP-7702 designator. */
export const FLAG_HAS_CODE = 16;
/** Had storage before the transaction: no contract can be made there (EIP-7610). */
export const FLAG_HAS_STORAGE = 32;
/** Was in the state before the transaction. */
export const FLAG_EXISTS = 64;
/** A tracer has been told of it; stays when its frame reverts. */
export const FLAG_SEEN = 128;
/** Was given code, or lost it, in this transaction. */
export const FLAG_CODE_CHANGED = 256;

/** Least ACCOUNT_SPECIAL of a native contract. */
export const SPECIAL_NATIVE = 65536;

// One storage slot or transient slot.
/** Number of the account's entry, u32. */
export const SLOT_ACCOUNT = 0;
/** u32: bit 0 accessed (EIP-2929), bit 1 a tracer has been told of it. */
export const SLOT_FLAGS = 4;
/** Key, a word. */
export const SLOT_KEY = 8;
/** Value now, a word. */
export const SLOT_VALUE = 40;
/** Value before the transaction, a word (EIP-2200); 0 for a transient slot. */
export const SLOT_OLD_VALUE = 72;
/** Size of an entry. */
export const SLOT_BYTES = 104;

// One log: header, topics as big-endian bytes, data padded to eight bytes.
/** Address of the contract, 20 bytes, big-endian. */
export const LOG_ADDRESS = 0;
/** Number of topics, u32, 0..4. */
export const LOG_TOPIC_COUNT = 20;
/** Length of the data without padding, u32. */
export const LOG_DATA_BYTES = 24;
/** Size of the header; topics follow, then data. */
export const LOG_HEADER_BYTES = 32;

// One code: its length, its jump destinations (0 until it first runs), its hash, its bytes.
/** Length in bytes, u32. */
export const CODE_LENGTH = 0;
/** Pointer to the jump destinations, one bit per byte of code, lowest bit first (`jumpsOf`). */
export const CODE_BITMAP = 4;
/** Keccak-256, 32 bytes; undefined for init code. */
export const CODE_HASH = 8;
/** First byte of the code; zeros follow its last one, so that running off the end is STOP. */
export const CODE_START = 48;

// One call frame. Pointers into regions are offsets, because regions move when they grow.
/** KIND_ number, u32. */
export const FRAME_KIND = 0;
/** u32, 0 for the transaction's own frame. */
export const FRAME_DEPTH = 4;
/** u32: 1 when nothing may be written (EIP-214). */
export const FRAME_IS_STATIC = 8;
/** Pointer to the code block that runs. */
export const FRAME_CODE = 12;
/** Where the frame goes on: u32, bytes from the start of its code. */
export const FRAME_PC = 16;
/** Where its stack begins: u32, bytes from the start of the stack region. */
export const FRAME_STACK = 20;
/** Height of its stack in bytes, u32, 32 for each word; saved when the frame is suspended. */
export const FRAME_STACK_BYTES = 24;
/** Where its memory begins: u32, bytes from the start of the arena. */
export const FRAME_MEMORY = 28;
/** Size of its memory in bytes, u32; saved when the frame is suspended. */
export const FRAME_MEMORY_BYTES = 32;
/** Where its calldata begins: u32, bytes from the start of the arena. */
export const FRAME_INPUT = 36;
/** Length of its calldata, u32. */
export const FRAME_INPUT_BYTES = 40;
/** Where its output goes: u32, bytes from the start of the parent's memory. */
export const FRAME_OUT = 44;
/** Most bytes of output that are copied there, u32. */
export const FRAME_OUT_BYTES = 48;
/** Number of the account it runs as (ADDRESS), u32. */
export const FRAME_SELF = 52;
/** Number of the account that called (CALLER), u32. */
export const FRAME_CALLER = 56;
/** Number of the account its code is from, u32: behind a delegation (EIP-7702) the delegate. */
export const FRAME_CODE_ACCOUNT = 60;
/** Gas that is left, i64; saved when the frame is suspended or has ended. */
export const FRAME_GAS = 64;
/** Gas it began with, i64. */
export const FRAME_GAS_START = 72;
/** What its memory has cost so far in gas, u64 (Yellow Paper, appendix H.1). */
export const FRAME_MEMORY_COST = 80;
/** Refund counter when it began, i64. */
export const FRAME_REFUND = 88;
/** Mark of the journal when it began, u32. */
export const FRAME_JOURNAL = 96;
/** Number of logs when it began, u32. */
export const FRAME_LOG_COUNT = 100;
/** Bytes of logs when it began, u32. */
export const FRAME_LOG_BYTES = 104;
/** Index of the native contract that runs in it, i32; -1 for code. */
export const FRAME_NATIVE = 108;
/** Value of the call (CALLVALUE), a word; a DELEGATECALL has that of its parent. */
export const FRAME_VALUE = 112;
/** Size of a record. */
export const FRAME_BYTES = 160;

// Kinds of frames: the position in `FrameKind` of the seam.
/** CALL, and the frame of a transaction that calls. */
export const KIND_CALL = 0;
/** CALLCODE: foreign code in the account of the caller. */
export const KIND_CALLCODE = 1;
/** DELEGATECALL (EIP-7): foreign code in the account of the caller, with its parent's caller and value. */
export const KIND_DELEGATECALL = 2;
/** STATICCALL (EIP-214): a call that can write nothing. */
export const KIND_STATICCALL = 3;
/** CREATE, and the frame of a transaction that creates. */
export const KIND_CREATE = 4;
/** CREATE2 (EIP-1014). */
export const KIND_CREATE2 = 5;
/** SELFDESTRUCT: a frame only for tracers, see `onDestroy`. */
export const KIND_SELFDESTRUCT = 6;

// How a frame ended: 0 well, otherwise the position in `Halt` of the seam plus one.
/** Ended well: what it changed stays if its parents end well too. */
export const HALT_NONE = 0;
/** REVERT (EIP-140), or a native contract that refused or was not called: output and unused gas go back. */
export const HALT_REVERT = 1;
/** Something costs more gas than is left, or init code is larger than 49,152 bytes (EIP-3860). */
export const HALT_OUT_OF_GAS = 2;
/** An opcode that the fork does not have; INVALID (0xfe) in all of them. */
export const HALT_INVALID_OPCODE = 3;
/** An instruction takes more words than the stack has. */
export const HALT_STACK_UNDERFLOW = 4;
/** The stack would hold more than 1024 words. */
export const HALT_STACK_OVERFLOW = 5;
/** A jump to what is no JUMPDEST of the code (Yellow Paper 9.4.3). */
export const HALT_INVALID_JUMP = 6;
/** A write inside a STATICCALL (EIP-214). */
export const HALT_STATIC_WRITE = 7;
/** RETURNDATACOPY past the end (EIP-211). */
export const HALT_RETURN_DATA = 8;
/** The frame would be deeper than 1024; its gas goes back. */
export const HALT_DEPTH = 9;
/** The balance is smaller than the value, or the chain refused the movement; the gas goes back. */
export const HALT_BALANCE = 10;
/** A creation returned more than 24,576 bytes (EIP-170). */
export const HALT_CODE_TOO_LARGE = 11;
/** A creation returned code that starts with 0xef (EIP-3541). */
export const HALT_CODE_STARTS_WITH_EF = 12;
/** There is a contract where one would be made (EIP-684, EIP-7610). */
export const HALT_COLLISION = 13;
/** The creator has the nonce 2^64-1 (EIP-2681); the gas goes back. */
export const HALT_NONCE_OVERFLOW = 14;
/** A precompile failed or could not be paid for; all gas is gone. */
export const HALT_PRECOMPILE = 15;

// What `interpret` came back for.
/** Frame 0 has ended; its halt, gas and output may be read. */
export const STATUS_DONE = 0;
/** The running frame is that of a native contract, which the driver begins. */
export const STATUS_NATIVE_START = 1;
/** The call that a native contract made has ended; its frame is the running one again. */
export const STATUS_NATIVE_RESUME = 2;
/** Many jumps have run and there is more to run: the driver calls `interpret` again. */
export const STATUS_AGAIN = 3;
/** A frame has code to run. `interpret` never returns this. */
export const STATUS_RUNNING = 4;

// Hard forks, in their order: a rule of one holds in all after it.
/** The oldest fork the kernel knows. */
export const FORK_CANCUN = 0;
/** Delegations (EIP-7702) begin here. */
export const FORK_PRAGUE = 1;
/** CLZ (EIP-7939) begins here. */
export const FORK_OSAKA = 2;

// Why the engine cannot go on: the argument of `fail`.
/** More memory than the machine gives, or a block of more than 1 GiB. */
export const FAIL_MEMORY = 1;
