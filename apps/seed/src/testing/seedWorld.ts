import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digest, height, seconds } from "@polis/codec";
import {
  decodeHeartbeatAnswer,
  encodeFrame,
  encodeHeartbeat,
  FrameReader,
  type Heartbeat,
  type HeartbeatAnswer,
  RequestGate,
  type SignedHeartbeat,
  signHeartbeat,
} from "@polis/kratos";
import { type SeedOptions, type SeedServer, startSeed } from "../startSeed.ts";

/** The chain of the tests. */
export const genesisHash = digest("11".repeat(32));
/** The zone of the tests. */
export const zone = "seed.test";

/** A seed server on loopback with a clock that tests move and peers that answer as tests say. */
export interface SeedWorld {
  readonly seed: SeedServer;
  readonly directory: string;
  /** Seconds of the server's clock. */
  clock: number;
  /** Addresses that were dialled. */
  readonly dialled: string[];
  /** What a dial-back finds. */
  isThere: (address: string) => boolean | Promise<boolean>;
  /** Sends a heartbeat of a node; by default in order and from its own address. */
  beat(node: number, changes?: Partial<Heartbeat>): Promise<HeartbeatAnswer>;
  close(): Promise<void>;
}

/** Starts one. */
export async function startSeedWorld(changes: Partial<SeedOptions> = {}): Promise<SeedWorld> {
  const directory = temporaryDirectory();
  const world = {
    clock: 1_800_000_000,
    dialled: [] as string[],
    isThere: (_: string): boolean | Promise<boolean> => true,
  };
  const prober = {
    async probe(address: string) {
      world.dialled.push(address);
      return world.isThere(address);
    },
    close: async () => {},
  };
  const seed = await startSeed({
    ...{ genesisHash, zone, secret: secretOf(1_000), host: "127.0.0.1", dnsPort: 0, httpPort: 0, heartbeatPort: 0 },
    ...{
      dataDirectory: directory,
      fallbackBootnodes: [],
      regionOf: () => undefined,
      rpc: undefined,
      listSeconds: 60,
      log: () => {},
    },
    nowMs: () => world.clock * 1_000,
    prober,
    // Tests of other rules send more than 30 heartbeats a minute from one address.
    gate: new RequestGate({
      requestsPerMinute: 10_000,
      violationsBeforeBan: 10_000,
      banSeconds: 3_600,
      maxSources: 100,
    }),
    ...changes,
  });
  return Object.assign(world, {
    seed,
    directory,
    async beat(node: number, claims: Partial<Heartbeat> = {}) {
      return answerTo(seed.ports.heartbeat, encodeHeartbeat(heartbeatOf(node, world.clock, claims)));
    },
    async close() {
      await seed.close();
      rmSync(directory, { recursive: true, force: true });
    },
  });
}

/** A network key by number. */
export function secretOf(number: number): Uint8Array {
  const secret = new Uint8Array(32).fill(7);
  new DataView(secret.buffer).setUint32(0, number);
  return secret;
}

/** A heartbeat that a node could send at a second of the server's clock. */
export function heartbeatOf(node: number, clock: number, changes: Partial<Heartbeat> = {}): SignedHeartbeat {
  return signHeartbeat({ ...usualClaims, timestamp: seconds(clock), ...changes }, secretOf(node));
}

const usualClaims = {
  addresses: ["/ip4/127.0.0.1/tcp/30333"],
  currentHeight: height(42),
  bestHash: digest("22".repeat(32)),
  genesisHash,
  isValidator: false,
  validatorCount: 4,
  totalStake: undefined,
  protocolVersion: 1,
};

/** Sends the body of a frame and reads the answer. */
export async function answerTo(port: number, body: Uint8Array): Promise<HeartbeatAnswer> {
  const frame = await exchange(port, encodeFrame(body));
  if (frame === undefined) throw new Error("closed without an answer");
  const read = decodeHeartbeatAnswer(frame);
  if (!read.ok) throw new Error(read.fault.code);
  return read.value;
}

/** Sends bytes as they are. @returns the body of the answering frame; undefined when the connection ends without one */
export function exchange(port: number, bytes: Uint8Array): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port }, () => socket.write(bytes));
    const reader = new FrameReader();
    socket.on("data", (piece: Buffer) => {
      const read = reader.push(piece);
      if (read.ok && read.value !== undefined) {
        resolve(read.value);
        socket.destroy();
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(undefined));
  });
}

/** A file name in a new directory, and how to remove it. */
export function temporaryPath(name: string): { readonly path: string; remove(): void } {
  const directory = temporaryDirectory();
  return { path: join(directory, name), remove: () => rmSync(directory, { recursive: true, force: true }) };
}

/** A new directory that is gone at the end of the process, whatever became of its test. */
function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "kratos-seed-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
