import assert from "node:assert/strict";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { connect as connectTls } from "node:tls";
import type { Digest, Epoch, View } from "@polis/codec";
import { makeTlsIdentity } from "@polis/net";
import { UserError } from "../errors.ts";
import { generateNetwork } from "../genesis/generateNetwork.ts";
import { generateIdentity } from "../keys/identity.ts";
import { createVoting } from "../node/voting.ts";
import { readGenesis } from "../run/loadGenesis.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { FrameCutter, frame } from "./frames.ts";
import { type SignerOptions, startSigner } from "./runSigner.ts";
import {
  decodeAnswer,
  decodeHello,
  encodeRequest,
  type SignAnswer,
  type SignerHello,
  type SignRequest,
} from "./wire.ts";

const digests = ["11", "22"].map((byte) => byte.repeat(32) as Digest) as [Digest, Digest];
const epoch = 0 as Epoch;

async function setUp(t: TestContext, more: Partial<SignerOptions> = {}, scheme: "multisig" | "threshold" = "multisig") {
  const dir = mkdtempSync(join(tmpdir(), "kairos-signer-"));
  const made = generateNetwork({ dir: join(dir, "net"), n: 6, f: 1, scheme });
  const keyFolder = dirname(made.nodes[0]!.configPath);
  const socketPath = join(dir, "s.sock");
  const options: SignerOptions = {
    ...{ genesisPath: made.genesisPath, keyFolder, recordPath: join(dir, "record"), access: {} },
    ...{ listen: { socketPath }, fromView: undefined, logger: { log: () => undefined } },
    onFailure: (error) => assert.fail(String(error)),
    ...more,
  };
  const running: { close(): Promise<void> }[] = [];
  const start = async (changes: Partial<SignerOptions> = {}) => {
    const signer = await startSigner({ ...options, ...changes });
    running.push(signer);
    return signer;
  };
  t.after(async () => {
    for (const one of running) await one.close();
    rmSync(dir, { recursive: true });
  });
  return { dir, made, keyFolder, socketPath, start };
}

type Stream = Pick<ReturnType<typeof connect>, "on" | "write" | "destroy" | "closed">;

/** A client that asks without any of the care that a node takes. */
class RawClient {
  readonly stream: Stream;
  hello: SignerHello | undefined;
  readonly answers: SignAnswer[] = [];
  isClosed = false;
  #id = 0;

  constructor(stream: Stream) {
    const cutter = new FrameCutter();
    this.stream = stream;
    stream.on("error", () => undefined);
    stream.on("close", () => {
      this.isClosed = true;
    });
    stream.on("data", (chunk: Buffer) => {
      for (const body of cutter.push(chunk) ?? []) {
        if (this.hello === undefined) this.hello = decodeHello(body);
        else this.answers.push(decodeAnswer(body)!.answer);
      }
    });
  }

  async ask(request: SignRequest): Promise<SignAnswer> {
    const count = this.answers.length;
    this.stream.write(frame(encodeRequest(++this.#id, request)));
    await waitUntil("an answer", 5_000, () => this.answers.length > count);
    return this.answers[count]!;
  }
}

const notarize = (view: number, which: 0 | 1): SignRequest => ({
  ...{ kind: "notarize", epoch, view: view as View, digest: digests[which] },
});
const nullify = (view: number, contradicted = false): SignRequest => ({
  ...{ kind: "nullify", epoch, view: view as View, contradicted },
});

test("a contradictory vote is refused, also after a restart; the same one gives the same signature, which holds", async (t) => {
  const { made, socketPath, start } = await setUp(t);
  const first = await start();
  const client = new RawClient(connect(socketPath));
  const signed = await client.ask(notarize(5, 0));
  assert.ok(signed.kind === "signed");
  assert.equal(client.hello?.fresh, true);
  const genesis = readGenesis(made.genesisPath);
  const { scheme } = createVoting(genesis, client.hello.genesisHash, undefined);
  const vote = { kind: "notarize", epoch, view: 5 as View, digest: digests[0], signer: 0 as never } as const;
  assert.ok(scheme.verifyVote({ ...vote, sig: signed.sig }));
  assert.equal((await client.ask(notarize(5, 1))).kind, "refused");
  await first.close();
  await start();
  const again = new RawClient(connect(socketPath));
  assert.equal((await again.ask(notarize(5, 1))).kind, "refused");
  assert.equal((await again.ask(nullify(5))).kind, "refused", "the node does not know of the notarize");
  assert.deepEqual(await again.ask(notarize(5, 0)), signed);
  assert.equal((await again.ask(nullify(5, true))).kind, "signed", "R21");
  assert.equal((await again.ask({ ...notarize(6, 0), epoch: 1 as Epoch } as SignRequest)).kind, "refused");
  assert.equal(again.hello?.fresh, false);
});

test("a proposal is recorded with the leader's vote for it: no other vote of that view is signed (I4, R7)", async (t) => {
  const { socketPath, start } = await setUp(t);
  await start();
  const client = new RawClient(connect(socketPath));
  const propose = (which: 0 | 1): SignRequest => {
    const [digest, parentDigest] = [digests[which], digests[0]];
    return { kind: "proposal", claim: { epoch, view: 7 as View, digest, parentView: 6 as View, parentDigest } };
  };
  const signed = await client.ask(propose(0));
  assert.equal(signed.kind, "signed");
  assert.deepEqual(await client.ask(propose(0)), signed);
  for (const other of [propose(1), notarize(7, 1), nullify(7)]) assert.equal((await client.ask(other)).kind, "refused");
  assert.equal((await client.ask(notarize(7, 0))).kind, "signed");
  assert.equal((await client.ask(nullify(7, true))).kind, "signed");
});

test("the record forgets views far below, and signs nothing new there", async (t) => {
  const { socketPath, start } = await setUp(t);
  const first = await start();
  const client = new RawClient(connect(socketPath));
  for (const view of [1, 2, 5_000]) assert.equal((await client.ask(notarize(view, 0))).kind, "signed");
  assert.equal((await client.ask(nullify(904))).kind, "refused");
  assert.equal((await client.ask(nullify(905))).kind, "signed");
  await first.close();
  await start();
  const again = new RawClient(connect(socketPath));
  assert.equal((await again.ask(notarize(1, 1))).kind, "refused");
  assert.equal((await again.ask(nullify(904))).kind, "refused");
});

test("threshold shares are used where the genesis asks for them", async (t) => {
  const { made, socketPath, start } = await setUp(t, {}, "threshold");
  await start();
  const client = new RawClient(connect(socketPath));
  const signed = await client.ask(notarize(5, 0));
  const genesis = readGenesis(made.genesisPath);
  const { scheme } = createVoting(genesis, client.hello!.genesisHash, undefined);
  const vote = { kind: "notarize", epoch, view: 5 as View, digest: digests[0], signer: 0 as never } as const;
  assert.ok(signed.kind === "signed" && scheme.verifyVote({ ...vote, sig: signed.sig }));
});

test("over TLS only pinned keys are served", async (t) => {
  const [server, friend, stranger] = [generateIdentity(), generateIdentity(), generateIdentity()];
  const clients = new Set([friend.ed25519.publicKey.toHex()]);
  const listen = { host: "127.0.0.1", port: 0, secretKey: server.ed25519.secret, clients };
  const { start } = await setUp(t, { listen });
  const { port } = await start();
  const dial = (secret: Uint8Array | undefined) => {
    const shown = secret === undefined ? undefined : makeTlsIdentity(secret);
    const certificate = shown && { key: shown.keyPem, cert: shown.certificatePem };
    return new RawClient(connectTls({ host: "127.0.0.1", port: port!, rejectUnauthorized: false, ...certificate }));
  };
  const allowed = dial(friend.ed25519.secret);
  assert.equal((await allowed.ask(nullify(3))).kind, "signed");
  for (const refused of [dial(stranger.ed25519.secret), dial(undefined)]) {
    await waitUntil("the connection is closed", 5_000, () => refused.isClosed);
    assert.equal(refused.hello, undefined);
  }
});

test("connections of nodes that vanished without a word never keep one out that comes back", async (t) => {
  const { socketPath, start } = await setUp(t);
  await start();
  const used = new RawClient(connect(socketPath));
  assert.equal((await used.ask(nullify(3))).kind, "signed");
  const silent = Array.from({ length: 7 }, () => new RawClient(connect(socketPath)));
  await waitUntil("their hellos", 5_000, () => silent.every(({ hello }) => hello !== undefined));
  assert.equal((await used.ask(nullify(4))).kind, "signed");
  const back = new RawClient(connect(socketPath));
  assert.equal((await back.ask(nullify(5))).kind, "signed");
  assert.equal((await used.ask(nullify(6))).kind, "signed", "who asks keeps its place");
});

test("strangers who begin TLS handshakes and never end them do not keep a node out", async (t) => {
  const [server, friend] = [generateIdentity(), generateIdentity()];
  const clients = new Set([friend.ed25519.publicKey.toHex()]);
  const listen = { host: "127.0.0.1", port: 0, secretKey: server.ed25519.secret, clients };
  const { start } = await setUp(t, { listen });
  const { port } = await start();
  const strangers = Array.from({ length: 100 }, () => connect({ host: "127.0.0.1", port: port! }));
  t.after(() => strangers.forEach((one) => void one.destroy()));
  for (const one of strangers) one.on("error", () => undefined);
  await waitUntil("they are there", 5_000, () => strangers.every(({ connecting }) => !connecting));
  const { keyPem, certificatePem } = makeTlsIdentity(friend.ed25519.secret);
  const tls = { key: keyPem, cert: certificatePem, rejectUnauthorized: false };
  const node = new RawClient(connectTls({ host: "127.0.0.1", port: port!, ...tls }));
  assert.equal((await node.ask(nullify(3))).kind, "signed");
});

test("what is no request closes the connection and nothing else", async (t) => {
  const { socketPath, start } = await setUp(t);
  await start();
  const good = new RawClient(connect(socketPath));
  for (const junk of [Uint8Array.of(255, 255, 255, 255), frame(Uint8Array.of(1, 2, 3)), frame(new Uint8Array(22))]) {
    const client = new RawClient(connect(socketPath));
    client.stream.write(junk);
    await waitUntil("the connection is closed", 5_000, () => client.isClosed);
  }
  assert.equal((await good.ask(nullify(3))).kind, "signed");
});

test("keys that others can read, a key outside the genesis, another key's record and a file as socket are refused", async (t) => {
  const { dir, made, keyFolder, socketPath, start } = await setUp(t);
  const refused = async (code: string, changes: Partial<SignerOptions>) => {
    await assert.rejects(
      start(changes),
      (error) => error instanceof UserError && error.code === code && error.hint !== "",
    );
  };
  const others = join(dir, "others");
  mkdirSync(others);
  cpSync(keyFolder, others, { recursive: true });
  chmodSync(join(others, "bls.key"), 0o640);
  await refused("KEY_PERMISSIONS", { keyFolder: others });
  const foreign = generateNetwork({ dir: join(dir, "foreign"), n: 1, f: 0 });
  await refused("KEY_MISMATCH", { genesisPath: foreign.genesisPath });
  writeFileSync(socketPath, "not a socket");
  await refused("LISTEN", {});
  rmSync(socketPath);
  assert.ok(existsSync(join(dir, "record")), "the record was begun, and goes on");
  const first = await start();
  await first.close();
  await refused("SIGNER_RECORD", { keyFolder: dirname(made.nodes[1]!.configPath) });
  await refused("SIGNER_RECORD", { fromView: 9 });
  await refused("SIGNER_RECORD_LOST", { recordPath: join(dir, "elsewhere") });
  await start({ recordPath: join(dir, "elsewhere"), fromView: 1 });
  const client = new RawClient(connect(socketPath));
  await waitUntil("a hello", 5_000, () => client.hello !== undefined);
  assert.equal(client.hello?.fresh, true, "by the operator's word that nothing was ever signed");
});
