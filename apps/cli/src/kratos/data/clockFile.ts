import { readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import type { Json } from "@polis/kratos";

/** Longest file that is read. */
const MAX_BYTES = 65_536;

/** `clock_health.json`: the local clock layer over restarts (kratos-core 11.2). */
export class ClockFile {
  readonly #path: string;
  readonly #failed: (error: unknown) => void;
  #next: Json | undefined;
  #writing: Promise<void> | undefined;

  /** @param failed told of a write that failed; the node goes on without */
  constructor(path: string, failed: (error: unknown) => void) {
    this.#path = path;
    this.#failed = failed;
  }

  /** What was saved last; undefined when there is nothing or it is damaged: the layer then begins anew. */
  read(): Json | undefined {
    try {
      const text = readFileSync(this.#path, "utf8");
      return text.length > MAX_BYTES ? undefined : (JSON.parse(text) as Json);
    } catch {
      return undefined;
    }
  }

  /** Writes a record; of several that wait only the last is written. */
  save(record: Json): void {
    this.#next = record;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when the last record is on disk. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    for (let record = this.#next; record !== undefined; record = this.#next) {
      this.#next = undefined;
      await this.#replace(`${JSON.stringify(record, undefined, 2)}\n`).catch(this.#failed);
    }
  }

  async #replace(text: string): Promise<void> {
    const temporary = `${this.#path}.tmp`;
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
  }
}
