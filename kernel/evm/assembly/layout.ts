/**
 * Where things lie in linear memory and what numbers stand for. The TypeScript driver imports this file too, so it has
 * constants only, in a form both languages read.
 */

/** Mailbox: arguments and results that do not fit in a number. Byte offsets. */
export const MAIL_ADDRESS = 0;
export const MAIL_SLOT = 32;
export const MAIL_WORD = 64;
export const MAIL_TOPICS = 96;
export const MAIL_BYTES = 256;

/** Environment: words in this order, 32 bytes each. */
export const ENV_ORIGIN = 0;
export const ENV_GAS_PRICE = 32;
export const ENV_COINBASE = 64;
export const ENV_NUMBER = 96;
export const ENV_TIMESTAMP = 128;
export const ENV_PREV_RANDAO = 160;
export const ENV_GAS_LIMIT = 192;
export const ENV_CHAIN_ID = 224;
export const ENV_BASE_FEE = 256;
export const ENV_BLOB_BASE_FEE = 288;
export const ENV_BLOB_COUNT = 320;
export const ENV_BLOB_HASHES = 352;
export const MAX_BLOB_HASHES = 64;
export const ENV_BYTES = 2400;

/** One account of the running transaction. Numbers are little-endian; the code hash is a byte string. */
export const ACCOUNT_ADDRESS = 0;
export const ACCOUNT_FLAGS = 20;
export const ACCOUNT_SPECIAL = 24;
export const ACCOUNT_CODE = 28;
export const ACCOUNT_BALANCE = 32;
export const ACCOUNT_NONCE = 64;
export const ACCOUNT_CODE_HASH = 72;
export const ACCOUNT_OLD_NONCE = 104;
export const ACCOUNT_OLD_BALANCE = 112;
export const ACCOUNT_BYTES = 144;

export const FLAG_WARM = 1;
export const FLAG_TOUCHED = 2;
export const FLAG_CREATED = 4;
export const FLAG_DESTROYED = 8;
export const FLAG_HAS_CODE = 16;
export const FLAG_HAS_STORAGE = 32;
export const FLAG_EXISTS = 64;
export const FLAG_SEEN = 128;
export const FLAG_CODE_CHANGED = 256;

/** `ACCOUNT_SPECIAL`: 0 ordinary, a precompile's index plus one, or this plus a native contract's index. */
export const SPECIAL_NATIVE = 65536;

/** One storage slot or transient slot. */
export const SLOT_ACCOUNT = 0;
export const SLOT_FLAGS = 4;
export const SLOT_KEY = 8;
export const SLOT_VALUE = 40;
export const SLOT_OLD_VALUE = 72;
export const SLOT_BYTES = 104;

/** One log: header, topics as big-endian bytes, data padded to eight bytes. */
export const LOG_ADDRESS = 0;
export const LOG_TOPIC_COUNT = 20;
export const LOG_DATA_BYTES = 24;
export const LOG_HEADER_BYTES = 32;

/** One code: its length, its jump destinations (0 until it first runs), its hash, its bytes. */
export const CODE_LENGTH = 0;
export const CODE_BITMAP = 4;
export const CODE_HASH = 8;
export const CODE_START = 48;

/** One call frame. Pointers into regions are offsets, because regions move when they grow. */
export const FRAME_KIND = 0;
export const FRAME_DEPTH = 4;
export const FRAME_IS_STATIC = 8;
export const FRAME_CODE = 12;
export const FRAME_PC = 16;
export const FRAME_STACK = 20;
export const FRAME_STACK_BYTES = 24;
export const FRAME_MEMORY = 28;
export const FRAME_MEMORY_BYTES = 32;
export const FRAME_INPUT = 36;
export const FRAME_INPUT_BYTES = 40;
export const FRAME_OUT = 44;
export const FRAME_OUT_BYTES = 48;
export const FRAME_SELF = 52;
export const FRAME_CALLER = 56;
export const FRAME_CODE_ACCOUNT = 60;
export const FRAME_GAS = 64;
export const FRAME_GAS_START = 72;
export const FRAME_MEMORY_COST = 80;
export const FRAME_REFUND = 88;
export const FRAME_JOURNAL = 96;
export const FRAME_LOG_COUNT = 100;
export const FRAME_LOG_BYTES = 104;
export const FRAME_NATIVE = 108;
export const FRAME_VALUE = 112;
export const FRAME_BYTES = 160;

/** Kinds of frames: the position in `FrameKind` of the seam. */
export const KIND_CALL = 0;
export const KIND_CALLCODE = 1;
export const KIND_DELEGATECALL = 2;
export const KIND_STATICCALL = 3;
export const KIND_CREATE = 4;
export const KIND_CREATE2 = 5;
export const KIND_SELFDESTRUCT = 6;

/** How a frame ended: 0 well, otherwise the position in `Halt` of the seam plus one. */
export const HALT_NONE = 0;
export const HALT_REVERT = 1;
export const HALT_OUT_OF_GAS = 2;
export const HALT_INVALID_OPCODE = 3;
export const HALT_STACK_UNDERFLOW = 4;
export const HALT_STACK_OVERFLOW = 5;
export const HALT_INVALID_JUMP = 6;
export const HALT_STATIC_WRITE = 7;
export const HALT_RETURN_DATA = 8;
export const HALT_DEPTH = 9;
export const HALT_BALANCE = 10;
export const HALT_CODE_TOO_LARGE = 11;
export const HALT_CODE_STARTS_WITH_EF = 12;
export const HALT_COLLISION = 13;
export const HALT_NONCE_OVERFLOW = 14;
export const HALT_PRECOMPILE = 15;

/** What `interpret` came back for. */
export const STATUS_DONE = 0;
export const STATUS_NATIVE_START = 1;
export const STATUS_NATIVE_RESUME = 2;
export const STATUS_AGAIN = 3;
export const STATUS_RUNNING = 4;

export const FORK_CANCUN = 0;
export const FORK_PRAGUE = 1;
export const FORK_OSAKA = 2;

export const FAIL_MEMORY = 1;
export const FAIL_CODE_MISSING = 2;
export const FAIL_BALANCE = 3;
