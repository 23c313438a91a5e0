import { createServer, connect, type Socket } from "node:net";
import { Events, introduce, openNode, allUp, systemClock } from "./testing.ts";
import { DEFAULT_LIMITS } from "./limits.ts";

/**
 * Measures a round among six nodes in one process: node r mod 6 sends a proposal to all, each answers with a vote to all,
 * until every node has votes of four others. Then the processor time per message under load. Run: `node round.bench.ts`.
 */
const N = 6;
const FREE = { perSecond: 1e9, burst: 1e9 };
const limits = { ...DEFAULT_LIMITS, vote: FREE, proposal: FREE, bytes: FREE };
const ROUNDS = 300;

/** A way to send to all others, and a callback for what comes. */
interface Mesh {
  broadcast(from: number, type: number, body: Buffer, view: number): void;
  onMessage: (to: number, type: number) => void;
  close(): Promise<void>;
}

function report(name: string, times: number[]): void {
  times.sort((a, b) => a - b);
  const at = (q: number) => (times[Math.floor(q * (times.length - 1))] as number).toFixed(2);
  console.log(`${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
}

async function rounds(mesh: Mesh, proposalBytes: number): Promise<number[]> {
  const vote = Buffer.alloc(200);
  const times: number[] = [];
  for (let r = 0; r < ROUNDS; r++) {
    const votes = Array<number>(N).fill(0);
    let complete = 0;
    const start = performance.now();
    await new Promise<void>((resolve) => {
      mesh.onMessage = (to, type) => {
        if (type === 1) mesh.broadcast(to, 2, vote, r);
        else if (++(votes[to] as number) === 0 || ++votes[to]! !== 4) return;
        else if (++complete === N - 1) resolve();
      };
      mesh.broadcast(r % N, 1, Buffer.alloc(proposalBytes), r);
    });
    times.push(performance.now() - start);
  }
  return times;
}
