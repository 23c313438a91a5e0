/** The two connections between peers (kairos N1). */
export type Channel = "consensus" | "bulk";

/** ALPN names (kairos N1). */
export const ALPN: Readonly<Record<Channel, string>> = {
  consensus: "kairos-consensus/1",
  bulk: "kairos-bulk/1",
};

/** Token buckets of kairos N7, and one for what has no row there; the bytes bucket counts for every frame besides. */
export type BudgetClass = "vote" | "proposal" | "certificate" | "transaction" | "request" | "discovery" | "other";

/** How a frame type is treated (kairos N5, N7). */
export interface FrameRule {
  readonly name: string;
  readonly maxBodyBytes: number;
  readonly budget: BudgetClass;
  readonly channels: readonly Channel[];
}

export const TYPE_HELLO = 0x00;
export const TYPE_BUSY = 0x25;
export const TYPE_PING = 0x41;
export const TYPE_PONG = 0x42;

const KIB = 1024;
/** One reply may hold several blocks (kairos 13.3). */
const MAX_REPLY_BYTES = 16 * KIB * KIB;
const BOTH: readonly Channel[] = ["consensus", "bulk"];
const CONSENSUS: readonly Channel[] = ["consensus"];
const BULK: readonly Channel[] = ["bulk"];

/**
 * The table of kairos N5. Certificates and status also travel on the bulk connection, because a follower has no other.
 * @param maxBlockBytes `block.maxBytes` of the chain.
 * @param maxMessageBytes longest frame with a block, when it is to be longer than a block needs (kairos 18.2).
 */
export function frameRules(maxBlockBytes: number, maxMessageBytes = 0): ReadonlyMap<number, FrameRule> {
  const item = Math.max(maxMessageBytes, maxBlockBytes + 64 * KIB);
  const rows: readonly (readonly [number, string, number, BudgetClass, readonly Channel[]])[] = [
    [TYPE_HELLO, "Hello", 4 * KIB, "other", BOTH],
    [0x01, "Propose", item, "proposal", CONSENSUS],
    [0x02, "Notarize", 512, "vote", CONSENSUS],
    [0x03, "Nullify", 512, "vote", CONSENSUS],
    [0x04, "Certificate", 512, "certificate", BOTH],
    [0x05, "Status", KIB, "request", BOTH],
    [0x06, "StatusRequest", KIB, "request", BOTH],
    [0x10, "TxAnnounce", 16 * KIB, "transaction", BULK],
    [0x11, "TxRequest", 9 * KIB, "transaction", BULK],
    [0x12, "TxBatch", 512 * KIB, "transaction", BULK],
    [0x20, "BlockByHashRequest", KIB, "request", BULK],
    [0x21, "BlockRangeRequest", 64, "request", BULK],
    [0x22, "Blocks", Math.max(item, MAX_REPLY_BYTES), "other", BULK],
    [0x23, "CertificateRequest", 4 * KIB, "request", BULK],
    [0x24, "Certificates", 256 * KIB, "other", BULK],
    [TYPE_BUSY, "NotFoundOrBusy", 256, "other", BOTH],
    [0x30, "FinalizedPush", item, "other", BULK],
    [0x40, "PeerRecords", 32 * KIB, "discovery", BULK],
    [TYPE_PING, "Ping", 16, "other", BOTH],
    [TYPE_PONG, "Pong", 16, "other", BOTH],
  ];
  return new Map(
    rows.map(([type, name, maxBodyBytes, budget, channels]) => [type, { name, maxBodyBytes, budget, channels }]),
  );
}
