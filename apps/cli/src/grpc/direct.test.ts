import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { create, type DescMethod, type DescService, fromBinary, toBinary } from "@bufbuild/protobuf";
import { credentials, status } from "@grpc/grpc-js";
import {
  AccountService,
  BlockService,
  ConsensusService,
  GetHealthResponseSchema,
  GetStatusResponseSchema,
  GetSyncStatusResponseSchema,
  Health,
  NodeService,
  type SubmitTransactionResponse,
  SubmitWait,
  TransactionService,
} from "@polis/proto";
import fc from "fast-check";
import { LeanGrpc } from "../bench/grpc/leanGrpc.ts";
import { TestNetwork } from "../testing/network.ts";
import { call, loaded, refused } from "./testing/looseClient.ts";

/** Capitals are allowed here and used by nobody: only the general pipeline knows them. */
const pipeline = { "content-type": "application/gRPC+proto" };
const unary = [AccountService, BlockService, TransactionService, NodeService, ConsensusService, Health]
  .flatMap((service: DescService) => service.methods)
  .filter(({ methodKind }) => methodKind === "unary");

interface Outcome {
  readonly messages: readonly string[];
  readonly trailers: Readonly<Record<string, string>>;
}

let network: TestNetwork;
let connection: LeanGrpc;
const waiting = new Map<
  number,
  { messages: Buffer[]; done: (outcome: { messages: Buffer[]; trailers: ReadonlyMap<string, string> }) => void }
>();

before(async () => {
  network = await TestNetwork.generate(1, {
    settings: {
      rpc: { rate_limit_per_second: 0 },
      consensus: { n: 1, f: 0, empty_block_interval: "500ms", view_timeout: "60s" },
    },
  });
  await network.start();
  await network.reaches(2);
  connection = await LeanGrpc.connect(network.ports.grpc, {
    onMessage: (call, message) => void waiting.get(call)?.messages.push(Buffer.from(message)),
    onEnd: (call, _status, trailers) => {
      const { messages, done } = waiting.get(call)!;
      waiting.delete(call);
      done({ messages, trailers });
    },
  });
});

after(async () => {
  connection?.close();
  await network?.close();
});

function ask(method: DescMethod, body: Uint8Array, headers: Readonly<Record<string, string>>): Promise<Outcome> {
  return new Promise((resolve) => {
    const call = connection.send(`/${method.parent.typeName}/${method.name}`, body, headers);
    waiting.set(call, {
      messages: [],
      done: ({ messages, trailers }) =>
        resolve({
          messages: messages.map((message) => still(method, message)),
          trailers: Object.fromEntries(trailers),
        }),
    });
  });
}

/** The answer without what is another one a moment later. */
function still(method: DescMethod, message: Buffer): string {
  if (method.name === "GetStatus") {
    const status = fromBinary(GetStatusResponseSchema, message);
    return toBinary(GetStatusResponseSchema, { ...status, uptimeMs: 0n }).toHex();
  }
  if (method.name === "GetSyncStatus") {
    const sync = fromBinary(GetSyncStatusResponseSchema, message);
    return toBinary(GetSyncStatusResponseSchema, { ...sync, blocksPerSecond: 0 }).toHex();
  }
  if (method.name === "GetHealth") return Object.keys(fromBinary(GetHealthResponseSchema, message).components).join();
  return message.toString("hex");
}

/** Asks both ways until no block came between, and compares. */
async function same(method: DescMethod, body: Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  for (let tries = 0; tries < 20; tries++) {
    const height = network.height(0);
    const [direct, general] = await Promise.all([
      ask(method, body, headers),
      ask(method, body, { ...headers, ...pipeline }),
    ]);
    if (network.height(0) !== height) continue;
    assert.deepEqual(direct, general, `${method.name} ${Buffer.from(body).toString("hex")}`);
    return direct;
  }
  return assert.fail("blocks come too fast to compare two answers");
}

function envelope(message: Uint8Array, flag = 0): Buffer {
  const body = Buffer.alloc(5 + message.length, flag);
  body.writeUInt32BE(message.length, 1);
  body.set(message, 5);
  return body;
}

test("every unary method answers the same both ways, with its defaults and with fields of any length", async () => {
  const address = Buffer.from(network.payers[0]!.address, "hex");
  const fields = [
    Buffer.alloc(0),
    ...[address, Buffer.alloc(32, 1), Buffer.alloc(19)].map((bytes) =>
      Buffer.concat([Buffer.of(0x0a, bytes.length), bytes]),
    ),
  ];
  const numbers = [Buffer.of(0x08, 0x02), Buffer.of(0x08, 0xff, 0x7f), Buffer.of(0x18, 0x03)];
  const seen = new Set<string>();
  for (const method of unary) {
    for (const message of [...fields, ...numbers]) {
      const { trailers, messages } = await same(method, envelope(message));
      seen.add(trailers["grpc-status"]!);
      assert.equal(messages.length, trailers["grpc-status"] === "0" ? 1 : 0);
    }
  }
  // OK, INVALID_ARGUMENT, NOT_FOUND: the three are what such requests give.
  for (const status of ["0", "3", "5"]) assert.ok(seen.has(status), [...seen].join());
});

test("bodies that are no message give the same errors, each with its detail", async () => {
  const [method] = unary;
  const good = envelope(Buffer.concat([Buffer.of(0x0a, 20), Buffer.alloc(20)]));
  const tooLong = Buffer.alloc(6);
  tooLong.writeUInt32BE(5_000_000, 1);
  const bodies = {
    nothing: Buffer.alloc(0),
    "half a prefix": good.subarray(0, 3),
    "half a message": good.subarray(0, 12),
    "two messages": Buffer.concat([good, good]),
    "bytes behind": Buffer.concat([good, Buffer.of(1)]),
    "no message of this type": envelope(Buffer.of(0x0a, 0x55)),
    "a flag of compression": envelope(Buffer.alloc(3), 1),
    "a length above the limit": tooLong,
  };
  for (const [what, body] of Object.entries(bodies)) {
    const { trailers } = await same(method!, body);
    assert.notEqual(trailers["grpc-status"], "0", what);
    const detail = Buffer.from(trailers["grpc-status-details-bin"]!, "base64").toString("latin1");
    assert.ok(detail.includes("kairos.v1.ErrorDetail"), what);
  }
  for (const timeout of ["1S", "99999999H", "1n", "0m", "soon", "", "999999999S"]) {
    await same(method!, good, { "grpc-timeout": timeout });
  }
});

test("streams of blocks, and their errors", async () => {
  const { streamBlocks } = BlockService.method;
  const messages = {
    "two blocks": [Buffer.of(0x08, 1, 0x10, 2), "0", 2],
    "a limit": [Buffer.of(0x18, 1), "0", 1],
    "an end before the beginning": [Buffer.of(0x08, 2, 0x10, 1), "3", 0],
    "no message": [Buffer.of(0x08), "13", 0],
  } as const;
  for (const [what, [message, code, count]] of Object.entries(messages)) {
    const { trailers, messages: got } = await same(streamBlocks, envelope(message));
    assert.deepEqual([trailers["grpc-status"], got.length], [code, count], what);
  }
});

test("any bytes to any method", async () => {
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => envelope(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom<DescMethod>(...unary), body, async (method, bytes) => {
      await same(method, bytes);
    }),
    { numRuns: 150 },
  );
});

test("a submission that waits is answered the same, and a message of many pieces arrives", async () => {
  const [payer, payee] = [network.payers[1]!, network.payers[2]!];
  const method = TransactionService.method.submitTransaction;
  const pay = () => {
    const { raw, hash } = payer.pay(payee.address);
    const request = create(method.input, {
      raw: Buffer.from(raw.slice(2), "hex"),
      wait: SubmitWait.FINALIZED,
      timeoutMs: 10_000,
    });
    return { hash, body: envelope(toBinary(method.input, request)) };
  };
  for (const headers of [{}, pipeline]) {
    const { hash, body } = pay();
    const { messages, trailers } = await ask(method, body, headers);
    assert.equal(trailers["grpc-status"], "0", trailers["grpc-message"] ?? "");
    const answer = fromBinary(method.output, Buffer.from(messages[0]!, "hex")) as SubmitTransactionResponse;
    assert.equal(`0x${Buffer.from(answer.txHash).toString("hex")}`, hash);
    assert.ok(answer.info !== undefined);
  }
  const client = new loaded.kairos.v1.TransactionService(
    `127.0.0.1:${network.ports.grpc}`,
    credentials.createInsecure(),
  );
  const large = call(client, "SubmitTransaction", { raw: Buffer.alloc(3_000_000, 1) });
  const detail = await refused(large, status.RESOURCE_EXHAUSTED, "LIMIT_EXCEEDED");
  assert.match(detail.message, /3000000 bytes/);
  client.close();
});
