import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { createPlayground, type PlaygroundModules } from "./servePlayground.ts";

async function serve(t: { after(run: () => void): void }, modules?: PlaygroundModules) {
  const playground = createPlayground(modules);
  const server = createServer((request, response) => {
    if (!playground.answer(request.url!, request, response)) response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return async (path: string) => {
    const response = await fetch(base + path);
    return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
  };
}

test("the page, its style, its modules and those with a planted mistake; nothing else", async (t) => {
  const get = await serve(t);
  assert.match((await get("/simulator")).text, /<title>Kairos simulator/);
  for (const name of ["kairos", "simulator"])
    assert.equal((await get(`/static/${name}.css`)).type, "text/css; charset=utf-8");
  const entry = /from "(.*)"/.exec((await get("/modules/simulator-worker.js")).text)![1]!;
  const worker = await get(entry);
  assert.equal(worker.status, 200);
  const broken = /from "(.*)"/.exec((await get("/broken/10/worker.js")).text)![1]!;
  assert.notEqual(broken.split("/")[3], entry.split("/")[2], "other sources, other fingerprint");
  assert.equal((await get(broken)).status, 200);
  for (const path of [
    "/broken/1/worker.js",
    "/broken/100/worker.js",
    "/broken/-1/x",
    "/broken/1e1/worker.js",
    "/broken/",
    "/modules/",
    "/simulator/",
    "/static/simulator.js",
    entry.replace("worker.ts", "servePlayground.ts"),
  ]) {
    assert.equal((await get(path)).status, 404, path);
  }
});

test("modules that cannot be made are an answer, not the end of the server; they are tried again", async (t) => {
  let tries = 0;
  const fail = () => {
    tries++;
    throw new Error("a file is gone");
  };
  const get = await serve(t, { sound: fail, broken: fail });
  for (const path of ["/modules/simulator.js", "/broken/5/worker.js", "/modules/simulator.js"]) {
    const { status, text } = await get(path);
    assert.deepEqual([status, text], [500, "the simulator cannot be loaded: a file is gone\n"]);
  }
  assert.equal(tries, 3);
  assert.equal((await get("/simulator")).status, 200);
});
