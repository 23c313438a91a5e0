import { openStorage } from "@polis/storage";
import { quantile } from "./stats.ts";

/**
 * Median time of one durable journal append while nothing else writes, in milliseconds: what a vote waits for (kairos R25).
 * @param path an empty folder on the disk that is asked about
 */
export async function measureJournalAppend(path: string, rounds: number): Promise<number> {
  const storage = await openStorage({ path, tables: ["journal"], schema: 1, identity: "00".repeat(32) });
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const key = new Uint8Array(17);
    key[16] = i;
    const start = performance.now();
    await storage.journal.append([{ table: "journal", key, value: new Uint8Array(64) }]);
    times.push(performance.now() - start);
  }
  await storage.close();
  return quantile(times, 0.5);
}
