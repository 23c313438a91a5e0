import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";

/**
 * Median one-way time of 200 bytes over a loopback TCP connection between two sockets of this process, in milliseconds:
 * half of an echo's round trip.
 */
export async function measureLoopbackHop(rounds: number): Promise<number> {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on("data", (data) => socket.write(data));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  socket.setNoDelay(true);
  const message = Buffer.alloc(200, 1);
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    socket.write(message);
    let got = 0;
    while (got < message.length) got += ((await once(socket, "data")) as [Buffer])[0].length;
    times.push((performance.now() - start) / 2);
  }
  socket.destroy();
  server.close();
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? 0;
}
