import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { after, test } from "node:test";
import { digest } from "@polis/codec";
import { libp2pPeerId, peerLabel } from "@polis/kratos";
import { type Answer, decode, encode } from "dns-packet";
import { lookUpDns, MAX_DNS_PEERS } from "./lookUpDns.ts";
import { parseSeed } from "./parseSeed.ts";

const sockets: Socket[] = [];
after(() => {
  for (const socket of sockets) socket.close();
});

/** A name server that answers with what it is told, and the names that it was asked for. */
async function nameServer(answer: (type: string, name: string) => readonly Answer[] | undefined) {
  const socket = createSocket("udp4");
  sockets.push(socket);
  const asked: string[] = [];
  socket.on("message", (packet, from) => {
    const { id = 0, questions = [] } = decode(packet);
    const { type, name } = questions[0]!;
    asked.push(`${type} ${name}`);
    const answers = answer(type, name);
    if (answers === undefined) return;
    socket.send(
      encode({ type: "response", id, flags: 0x0400, questions, answers: [...answers] }),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return { seed: parseSeed(`seed.test,dns=127.0.0.1:${socket.address().port}`), asked };
}

const keyOf = (number: number) => digest(number.toString(16).padStart(64, "0"));
const long = () => AbortSignal.timeout(10_000);
const srv = (name: string, port: number, target: string): Answer => ({ type: "SRV", name, data: { port, target } });
const a = (name: string, data: string): Answer => ({ type: "A", name, ttl: 1, data });

test("services come with port and peer id, hosts that are no service with the usual port", async () => {
  const { seed } = await nameServer((type, name) => {
    if (type === "SRV") return [srv(name, 7, `${peerLabel(keyOf(1))}.seed.test`)];
    if (type === "AAAA") return name === "seed.test" ? [{ type: "AAAA", name, ttl: 1, data: "2a00::1" }] : [];
    return name === "seed.test" ? [a(name, "8.8.4.1"), a(name, "8.8.4.2")] : [a(name, "8.8.4.1")];
  });
  assert.deepEqual(await lookUpDns(seed, long()), [
    ...[`/ip4/8.8.4.1/tcp/7/p2p/${libp2pPeerId(keyOf(1))}`, "/ip4/8.8.4.2/tcp/30333", "/ip6/2a00::1/tcp/30333"],
  ]);
});

test("services of other zones, without a key or without a port are left out, and their names are not asked for", async () => {
  const { seed, asked } = await nameServer((type, name) => {
    if (type !== "SRV") return name === "seed.test" ? [] : [a(name, "8.8.4.1")];
    return [
      srv(name, 7, `${peerLabel(keyOf(1))}.example.org`),
      srv(name, 7, `${peerLabel(keyOf(1))}.xseed.test`),
      srv(name, 7, "www.seed.test"),
      srv(name, 0, `${peerLabel(keyOf(2))}.seed.test`),
    ];
  });
  assert.deepEqual(await lookUpDns(seed, long()), []);
  const zone = /^(SRV _kratos\._tcp\.seed\.test|A+ seed\.test)$/;
  const others = new Set(asked.filter((name) => !zone.test(name)).map((name) => name.split(" ")[1]));
  assert.deepEqual(others, new Set([`${peerLabel(keyOf(2))}.seed.test`]));
});

test("no more than 25 peers are taken", async () => {
  const { seed } = await nameServer((type, name) => {
    const ips = Array.from({ length: 28 }, (_, i) => a(name, `8.8.4.${i + 1}`));
    return type === "A" && name === "seed.test" ? ips : [];
  });
  assert.equal((await lookUpDns(seed, long())).length, MAX_DNS_PEERS);
});

test("a server that is silent, and one that talks nonsense, give nothing in time", async () => {
  const silent = await nameServer(() => undefined);
  assert.deepEqual(await lookUpDns(silent.seed, AbortSignal.timeout(200)), []);
  const socket = createSocket("udp4");
  sockets.push(socket);
  socket.on("message", (packet, from) => socket.send(packet.subarray(0, 13), from.port, from.address));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const nonsense = parseSeed(`seed.test,dns=127.0.0.1:${socket.address().port}`);
  assert.deepEqual(await lookUpDns(nonsense, AbortSignal.timeout(200)), []);
});

test("an address without a zone, and a look-up that is over, ask nobody", async () => {
  assert.deepEqual(await lookUpDns(parseSeed("127.0.0.1"), long()), []);
  const { seed, asked } = await nameServer(() => []);
  assert.deepEqual(await lookUpDns(seed, AbortSignal.abort()), []);
  assert.deepEqual(asked, []);
});
