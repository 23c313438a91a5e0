import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { checkPorts, visualizerPorts } from "./checkPorts.ts";

test("a taken port is named with what to do; free ones pass", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await assert.rejects(checkPorts([port]), { code: "PORT_TAKEN", message: new RegExp(String(port)) });
  server.close();
  await once(server, "close");
  await checkPorts([port]);
});

test("a visualizer whose port is taken is left out, and said", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const said: string[] = [];
  assert.deepEqual(await visualizerPorts([port], (line) => said.push(line)), [undefined]);
  assert.match(said.join(), new RegExp(`port ${port} is taken: validator 0`));
  server.close();
  await once(server, "close");
  assert.deepEqual(await visualizerPorts([port], () => assert.fail("nothing to say")), [port]);
});
