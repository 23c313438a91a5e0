import type { AccountId } from "@polis/kratos";
import type { KratosClient } from "../client/createKratosClient.ts";
import { type SlotRow, slotLine } from "./slotTable.ts";

/** Headers that are asked for in one round: a network that was stuck catches up over several. */
const HEADERS = 8;

/** Reads the chain from all nodes once a slot, and says what each slot brought. */
export class SlotWatch {
  readonly #clients: readonly KratosClient[];
  readonly #validators: readonly AccountId[];
  readonly #say: (line: string) => void;
  #number = 0;
  #slot: number | undefined;

  /** @param say takes the lines of the table */
  constructor(clients: readonly KratosClient[], validators: readonly AccountId[], say: (line: string) => void) {
    this.#clients = clients;
    this.#validators = validators;
    this.#say = say;
  }

  /** One round: one request to every node, and some to the one that is ahead. */
  async look(): Promise<void> {
    const infos = await Promise.all(this.#clients.map((client) => client.chain_getInfo().catch(() => undefined)));
    const finals = infos.map((info) => info?.finalizedHeight);
    const best = infos.reduce((max, info, i) => ((info?.height ?? -1) > (infos[max]?.height ?? -1) ? i : max), 0);
    const height = infos[best]?.height ?? 0;
    // The newest block may still be replaced by another branch: it is shown when it has a child.
    for (let left = HEADERS; left > 0 && this.#number < height - 1; left--) {
      const header = await this.#clients[best]!.chain_getHeader(this.#number + 1).catch(() => undefined);
      if (header === undefined) return;
      this.#show(header, finals);
    }
  }

  #show(header: Awaited<ReturnType<KratosClient["chain_getHeader"]>>, finals: SlotRow["finals"]): void {
    const { number, slot, epoch, author, txCount: transactions } = header;
    for (let missed = (this.#slot ?? slot - 1) + 1; missed < slot; missed++) {
      this.#say(slotLine({ slot: missed, epoch, block: undefined, finals }));
    }
    const validator = this.#validators.indexOf(author);
    this.#say(slotLine({ slot, epoch, block: { number, validator, transactions }, finals }));
    this.#number = number;
    this.#slot = slot;
  }
}
