import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { connect } from "node:net";
import { after, test } from "node:test";
import { libp2pPeerId, peerOfLabel, ResponseLimiter } from "@polis/kratos";
import { decode, encode, type Packet } from "dns-packet";
import fc from "fast-check";
import { startSeedWorld, zone } from "../testing/seedWorld.ts";
import { createDnsServer } from "./dnsServer.ts";
import { dnsCodes } from "./message.ts";

const world = await startSeedWorld();
const port = world.seed.ports.dns;
const resolver = new Resolver({ timeout: 2_000, tries: 2 });
resolver.setServers([`127.0.0.1:${port}`]);
const udp = createSocket("udp4");
after(async () => {
  udp.close();
  await world.close();
});

// Thirteen hosts, one of them with both families; the last peer is of a host that is there already.
for (let node = 1; node <= 12; node++) {
  const addresses = [`/ip4/8.8.4.${node}/tcp/${30_000 + node}`];
  if (node === 1) addresses.push("/ip6/2a00::1/tcp/30001");
  assert.equal((await world.beat(node, { addresses })).accepted, true);
}
assert.equal((await world.beat(13, { addresses: ["/ip4/8.8.4.12/tcp/30013"] })).accepted, true);

/** Sends a packet over UDP and gives the answer, or undefined when a query that is sent behind it is answered first. */
async function ask(packet: Uint8Array): Promise<Buffer | undefined> {
  const fence = encode({ type: "query", id: 65_535, questions: [{ type: "TXT", name: zone }] });
  const answer = new Promise<Buffer>((resolve) => udp.once("message", resolve));
  udp.send(packet, port, "127.0.0.1");
  udp.send(fence, port, "127.0.0.1");
  const first = await answer;
  if (first.readUInt16BE(0) === 65_535) return undefined;
  await new Promise((resolve) => udp.once("message", resolve));
  return first;
}
const query = (name: string, type: string): Uint8Array => {
  const packet = encode({ type: "query", id: 1, questions: [{ type: "A", name }] });
  const numbers: Readonly<Record<string, number>> = {
    A: 1,
    NS: 2,
    SOA: 6,
    MX: 15,
    TXT: 16,
    AAAA: 28,
    SRV: 33,
    AXFR: 252,
    ANY: 255,
  };
  return packet.with(packet.length - 3, numbers[type]!);
};
const rcode = (packet: Packet & { readonly rcode?: string }) => packet.rcode;

test("A and AAAA give the hosts of the peers, each once, for a minute", async () => {
  const found = await resolver.resolve4(zone, { ttl: true });
  assert.deepEqual(
    new Set(found.map(({ address }) => address)),
    new Set(Array.from({ length: 12 }, (_, i) => `8.8.4.${i + 1}`)),
  );
  assert.deepEqual(new Set(found.map(({ ttl }) => ttl)), new Set([60]));
  assert.deepEqual(await resolver.resolve6(zone), ["2a00::1"]);
});

test("SRV gives every peer with its port, over TCP when UDP is too small, and each name its addresses", async () => {
  for (const name of [`_kratos._tcp.${zone}`, zone]) {
    const services = await resolver.resolveSrv(name);
    assert.equal(services.length, 13);
    assert.deepEqual(
      new Set(services.map((one) => one.port)),
      new Set(Array.from({ length: 13 }, (_, i) => 30_001 + i)),
    );
  }
  const [service] = (await resolver.resolveSrv(`_kratos._tcp.${zone}`)).filter((one) => one.port === 30_001);
  assert.deepEqual(await resolver.resolve4(service!.name), ["8.8.4.1"]);
  assert.deepEqual(await resolver.resolve6(service!.name.toUpperCase()), ["2a00::1"]);
  const peerId = peerOfLabel(service!.name.split(".", 1)[0]!);
  assert.equal(world.seed.service.registry.get(peerId!)?.libp2pPeerId, libp2pPeerId(peerId!));
});

test("over UDP an answer that is too large says so and counts what it holds", async () => {
  const answer = (await ask(query(`_kratos._tcp.${zone}`, "SRV")))!;
  assert.ok(answer.length <= 512);
  const read = decode(answer);
  assert.equal(read.flag_tc, true);
  assert.ok(read.answers!.length > 0 && read.answers!.length < 13);
  assert.equal(answer.readUInt16BE(6), read.answers!.length);
});

test("TXT is one line", async () => {
  assert.deepEqual(await resolver.resolveTxt(zone), [["state=Unknown validators=4 height=42"]]);
});

test("the order of addresses changes from answer to answer", async () => {
  const orders = new Set<string>();
  for (let i = 0; i < 8; i++) orders.add((await resolver.resolve4(zone)).join());
  assert.ok(orders.size > 1);
});

test("other names and types are refused, ANY is empty, unknown peers do not exist", async () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ...["NS", "SOA", "MX", "AXFR"].map((type): [string, string, string] => [zone, type, "REFUSED"]),
    ["example.org", "A", "REFUSED"],
    ["test", "A", "REFUSED"],
    [`x${zone}`, "A", "REFUSED"],
    ["example.org", "ANY", "REFUSED"],
    [zone, "ANY", "NOERROR"],
    [`_kratos._tcp.${zone}`, "A", "NOERROR"],
    [`www.${zone}`, "A", "NXDOMAIN"],
    [`${"a".repeat(52)}.${zone}`, "A", "NXDOMAIN"],
  ];
  for (const [name, type, expected] of cases) {
    const packet = query(name, type);
    const answer = (await ask(packet))!;
    const read = decode(answer);
    assert.equal(rcode(read), expected, `${type} ${name}`);
    assert.equal(read.answers?.length, 0);
    assert.equal(answer.length, packet.length, "no more than was asked");
  }
});

test("hostile packets get an error no larger than themselves, or nothing, and the server lives", async () => {
  const hostile = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 600 }),
    fc.tuple(fc.nat(40), fc.nat(255)).map(([at, byte]) => query(zone, "A").with(at % 27, byte)),
  );
  // An answer to a mutated but valid question may be longer; errors may not.
  await fc.assert(
    fc.asyncProperty(hostile, async (packet) => {
      world.clock += 10;
      const answer = await ask(packet.with(0, 0));
      if (answer !== undefined && (answer[3]! & 15) !== 0) assert.ok(answer.length <= packet.length);
      assert.ok((answer?.length ?? 0) <= 512);
    }),
    { numRuns: 150 },
  );
  assert.equal((await resolver.resolveTxt(zone)).length, 1);
});

test("over TCP: several queries, a frame cut anywhere, and an end to those that are no DNS", async () => {
  const packet = query(zone, "A");
  const framed = Buffer.concat([Buffer.from([0, packet.length]), packet]);
  const socket = connect({ host: "127.0.0.1", port });
  const pieces: Buffer[] = [];
  const both = new Promise<void>((resolve) => {
    socket.on("data", (piece: Buffer) => {
      pieces.push(piece);
      const all = Buffer.concat(pieces);
      const first = all.length < 2 ? 0 : 2 + all.readUInt16BE(0);
      if (first > 0 && all.length >= 2 * first) resolve();
    });
  });
  socket.write(framed.subarray(0, 1));
  socket.write(framed.subarray(1, 9));
  socket.write(Buffer.concat([framed.subarray(9), framed]));
  await both;
  const ended = new Promise((resolve) => socket.once("close", resolve));
  socket.write(Buffer.from("GET / HTTP/1.1\r\n\r\n"));
  await ended;
});

test("a source that asks too often gets less, then nothing, and is told to come by TCP", async () => {
  const counts = { dnsQueries: 0, rateLimited: 0 };
  const limited = await createDnsServer({
    ...{ host: "127.0.0.1", port: 0, nowMs: () => 0 },
    answer: () => ({ code: dnsCodes.NOERROR, records: [{ type: 1, data: new Uint8Array(4) }], ttlSeconds: 60 }),
    limiter: new ResponseLimiter({ perSecond: 1, burst: 3, slipEvery: 2, maxSources: 10 }),
    count: (what) => {
      counts[what] += 1;
    },
  });
  const socket = createSocket("udp4");
  const answers: Buffer[] = [];
  const enough = new Promise<void>((resolve) => {
    socket.on("message", (answer) => {
      answers.push(answer);
      if (answers.length === 5) resolve();
    });
  });
  for (let i = 0; i < 7; i++) socket.send(query(zone, "A"), limited.port, "127.0.0.1");
  await enough;
  const kinds = answers.map((answer) => (decode(answer).flag_tc ? "cut" : String(decode(answer).answers?.length)));
  assert.deepEqual(kinds, ["1", "1", "1", "cut", "cut"]);
  assert.deepEqual(counts, { dnsQueries: 7, rateLimited: 4 });
  socket.close();
  await limited.close();
});

test("no peers, no addresses, and no error", async () => {
  world.clock += 10_000;
  world.seed.service.tick();
  const read = decode((await ask(query(zone, "A")))!);
  assert.equal(rcode(read), "NOERROR");
  assert.equal(read.answers?.length, 0);
});
