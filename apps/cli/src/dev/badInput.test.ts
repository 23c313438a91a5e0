import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { kairosApi, kairosSubscriptions } from "@polis/kairos";
import fc from "fast-check";
import { WebSocket } from "ws";
import { type RunningDev, startDev } from "./startDev.ts";

const zeroHash = `0x${"00".repeat(32)}`;
const someAddress = `0x${"ab".repeat(20)}`;
let nested: unknown = "0x1";
for (let i = 0; i < 20; i++) nested = i % 2 === 0 ? [nested] : { to: nested };

/** What a careless or hostile client puts where a parameter belongs. */
const hostile: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  2 ** 53,
  1e308,
  "",
  "0x",
  "0x0",
  "0xffffffff",
  "0xffffffffffffffff",
  `0x${"f".repeat(64)}`,
  `0x${"f".repeat(65)}`,
  `0x${"00".repeat(100_000)}`,
  "latest",
  "pending",
  "\u0000\ud800",
  "x".repeat(100_000),
  zeroHash,
  someAddress,
  [],
  {},
  nested,
  [[[]]],
  JSON.parse('{"__proto__": {"to": 1}, "constructor": 2}'),
  { blockHash: zeroHash },
  { from: someAddress, to: someAddress, gas: "0xffffffffffffffff", value: `0x${"f".repeat(64)}` },
  { fromBlock: "0x0", toBlock: "0xffffffffffff" },
  { address: Array.from({ length: 5_000 }, () => someAddress) },
  { topics: Array.from({ length: 50 }, () => null) },
  Array.from({ length: 3_000 }, (_, i) => i),
];

/** Codes of kairos J6. */
const codes = new Set([-32600, -32601, -32602, -32000, -32001, -32002, -32003, -32005, 3, 4, 5]);

interface Reply {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

describe("bad input of every kind", () => {
  let dev: RunningDev;
  before(async () => {
    dev = await startDev({ host: "127.0.0.1", port: 0, clientVersion: "kairos/test" });
  });
  after(() => dev.close());

  async function post(body: string): Promise<Reply & readonly Reply[]> {
    const response = await fetch(dev.url, { method: "POST", headers: { "content-type": "application/json" }, body });
    return (await response.json()) as Reply & readonly Reply[];
  }

  const request = (method: string, params: unknown) => JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });

  function assertCalm(reply: Reply, what: string): void {
    if (reply.error === undefined) return;
    assert.ok(codes.has(reply.error.code), `${what}: ${JSON.stringify(reply.error)}`);
    assert.ok(reply.error.message.length < 1_000, what);
  }

  const methods = [...Object.keys(kairosApi), "eth_sendTransaction", "eth_signTypedData_v4", "personal_sign"].concat(
    ["evm_revert", "evm_setNextBlockTimestamp", "hardhat_setBalance", "hardhat_setCode", "hardhat_setStorageAt"],
    ["hardhat_dropTransaction", "anvil_impersonateAccount", "kairos_faucet"],
  );

  for (const method of methods) {
    it(`${method} answers with a result or a clear error`, async () => {
      const params = kairosApi[method]?.params ?? [1, 2, 3];
      for (let at = 0; at < Math.max(1, params.length); at++) {
        // Good values before the bad one, so that it is looked at.
        const good = params.slice(0, at).map((spec) => goodValue(typeof spec === "number" ? undefined : spec.type));
        const batch = hostile.map((value) => request(method, [...good, value]));
        const replies = await post(`[${batch.join(",")}]`);
        for (const [i, reply] of replies.entries()) {
          assertCalm(reply, `${method} ${at} ${String(JSON.stringify(hostile[i])).slice(0, 60)}`);
        }
      }
      assertCalm(await post(request(method, { params: 1 })), method);
      assertCalm(
        await post(
          request(
            method,
            Array.from({ length: 50 }, () => null),
          ),
        ),
        method,
      );
    });
  }

  it("any JSON as any request gets an answer", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...methods),
        fc.array(fc.jsonValue(), { maxLength: 4 }),
        async (method, params) => {
          assertCalm(await post(request(method, params)), `${method} ${JSON.stringify(params)}`);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("a subscription is refused over HTTP and with wrong parameters over WebSocket", async () => {
    for (const name of Object.keys(kairosSubscriptions)) {
      const params = name === "kairos_subscribe" ? ["notarized"] : ["newHeads"];
      assert.equal((await post(request(name, params))).error?.code, -32601);
    }
    const socket = new WebSocket(dev.wsUrl);
    await new Promise((resolve) => socket.once("open", resolve));
    for (const name of Object.keys(kairosSubscriptions)) {
      for (const value of hostile) {
        const text = request(name, [value]);
        const answered = new Promise<Buffer>((resolve) => socket.once("message", resolve));
        socket.send(text);
        const reply = JSON.parse((await answered).toString()) as Reply;
        assertCalm(reply, `${name} ${String(JSON.stringify(value)).slice(0, 60)}`);
      }
    }
    socket.terminate();
  });

  it("gas bombs end at the cap, and the next call is answered", async () => {
    // JUMPDEST PUSH0 JUMP: a loop without end.
    const bombs = { [someAddress]: { code: "0x5b5f56" } };
    for (const method of ["eth_call", "eth_estimateGas", "eth_createAccessList"]) {
      const reply = await post(request(method, [{ to: someAddress, gas: "0xffffffffffff" }, "latest", bombs]));
      assertCalm(reply, method);
    }
    assert.equal((await post(request("eth_chainId", []))).result, "0x7a69");
  });

  it("a batch of everything at once is answered, one reply each", async () => {
    const batch = methods.map((method, id) => ({ jsonrpc: "2.0", id, method, params: [nested] }));
    const replies = await post(JSON.stringify(batch));
    assert.equal(replies.length, methods.length);
    for (const reply of replies) assertCalm(reply, JSON.stringify(reply).slice(0, 100));
  });
});

function goodValue(type: string | undefined): unknown {
  switch (type) {
    case "address":
      return someAddress;
    case "hash":
      return zeroHash;
    case "block":
      return "latest";
    case "boolean":
      return true;
    case "object":
      return {};
    case "list":
      return [];
    case "text":
      return "x";
    default:
      return "0x1";
  }
}
