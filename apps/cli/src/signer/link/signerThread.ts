import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, TLSSocket } from "node:tls";
import { parentPort, workerData } from "node:worker_threads";
import { peerIdOf } from "@polis/net";
import { FrameCutter, frame } from "../frames.ts";
import { decodeAnswer, decodeHello } from "../wire.ts";
import { mailboxOver, OUTCOME, post, WORD } from "./mailbox.ts";
import type { SignerAddress } from "./signerAddress.ts";

/** What the thread is started with. */
export interface ThreadSetup {
  readonly address: SignerAddress;
  /** Of this node, for TLS. */
  readonly keyPem: string;
  readonly certificatePem: string;
  readonly buffer: SharedArrayBuffer;
}

/** What the thread tells the node. */
export type ThreadMessage =
  | { readonly kind: "hello"; readonly body: Uint8Array }
  | { readonly kind: "up" | "down"; readonly reason: string };

/** What the node tells the thread. */
export interface ThreadRequest {
  readonly id: number;
  readonly body: Uint8Array;
}

/** A connection on which the signer owes an answer, or its hello, for so long is given up. */
const SILENT_MS = 5_000;
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 2_000;

const { address, keyPem, certificatePem, buffer } = workerData as ThreadSetup;
const mailbox = mailboxOver(buffer);
let socket: Socket | undefined;
/** The key and network of the first hello; another signer behind the same address is not asked. */
let identity: string | undefined;
let current: number | undefined;
let retryMs = RETRY_FIRST_MS;
let silence: NodeJS.Timeout | undefined;

const tell = (message: ThreadMessage): void => parentPort?.postMessage(message);

parentPort?.on("message", ({ id, body }: ThreadRequest) => {
  current = id;
  if (socket === undefined) unreachable();
  else if (Atomics.load(mailbox.words, WORD.ready) === 0) {
    // The caller has waited its time before this thread had its turn. Nothing was asked, so that no answer would ever say
    // that the signer works; its silence was not the reason.
    Atomics.store(mailbox.words, WORD.ready, 1);
    unreachable();
  } else {
    const asked = socket;
    asked.write(frame(body));
    silence ??= setTimeout(() => asked.destroy(new Error("the signer did not answer")), SILENT_MS);
  }
});
dial();

function dial(): void {
  const opened =
    "path" in address
      ? connect(address.path)
      : connectTls({
          host: address.host,
          port: address.port,
          key: keyPem,
          cert: certificatePem,
          minVersion: "TLSv1.3",
          rejectUnauthorized: false,
          ...(isIP(address.host) === 0 && { servername: address.host }),
        });
  const cutter = new FrameCutter();
  let greeted = false;
  let reason = "the signer closed the connection";
  const refuse = (why: string): void => {
    reason = why;
    opened.destroy();
  };
  const helloTimer = setTimeout(() => refuse("the signer did not answer"), SILENT_MS);
  opened.setNoDelay(true);
  opened.on("secureConnect", () => {
    const peerId = "path" in address ? undefined : address.peerId;
    const shown = opened instanceof TLSSocket ? peerIdOf(opened.getPeerX509Certificate()) : undefined;
    if (shown !== peerId) refuse("the signer shows another key than identity.remote_signer names");
  });
  opened.on("data", (chunk: Buffer) => {
    const bodies = cutter.push(chunk);
    if (bodies === undefined) refuse("the signer sent a frame that is too long");
    for (const body of bodies ?? []) {
      if (greeted) onAnswer(body);
      else if (onHello(body)) {
        greeted = true;
        clearTimeout(helloTimer);
        socket = opened;
      } else refuse("what answers is not the signer of this key and network");
    }
  });
  opened.on("error", (error) => {
    reason = error.message;
  });
  opened.on("close", () => {
    clearTimeout(helloTimer);
    if (socket === opened) socket = undefined;
    heard();
    Atomics.store(mailbox.words, WORD.ready, 0);
    unreachable();
    tell({ kind: "down", reason });
    setTimeout(dial, retryMs);
    retryMs = Math.min(2 * retryMs, RETRY_MAX_MS);
  });
}

function onHello(body: Uint8Array): boolean {
  const hello = decodeHello(body);
  if (hello === undefined) return false;
  const seen = `${hello.genesisHash}/${hello.index}/${hello.blsPublicKey.toHex()}`;
  if (identity !== undefined && identity !== seen) return false;
  if (identity === undefined) tell({ kind: "hello", body });
  identity = seen;
  retryMs = RETRY_FIRST_MS;
  Atomics.store(mailbox.words, WORD.ready, 1);
  tell({ kind: "up", reason: "" });
  return true;
}

function heard(): void {
  clearTimeout(silence);
  silence = undefined;
}

function onAnswer(body: Uint8Array): void {
  const decoded = decodeAnswer(body);
  heard();
  // An answer shows that the signer works, also one that comes too late.
  Atomics.store(mailbox.words, WORD.ready, 1);
  if (decoded === undefined || decoded.id !== current) return;
  current = undefined;
  const { answer } = decoded;
  if (answer.kind === "signed") post(mailbox, decoded.id, OUTCOME.signed, answer.sig);
  else post(mailbox, decoded.id, OUTCOME.refused, new TextEncoder().encode(answer.reason));
}

/** The waiting request, if there is one, gets no signature. */
function unreachable(): void {
  if (current === undefined) return;
  post(mailbox, current, OUTCOME.unreachable, new Uint8Array(0));
  current = undefined;
}
