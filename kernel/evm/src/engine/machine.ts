import type { Address, Digest } from "@polis/codec";
import * as layout from "../../assembly/layout.ts";
import type { EvmLog } from "../seam/rules.ts";
import type { SubstateReader } from "../seam/substate.ts";
import type { KernelExports } from "./kernelExports.ts";
import type { KernelMemory } from "./kernelMemory.ts";

const NO_BYTES = new Uint8Array();

/**
 * A kernel with its memory: how to name accounts and slots to it and read what it holds. Implements the reader of the
 * running transaction, which tells no tracer and warms nothing.
 */
export class Machine implements SubstateReader {
  readonly kernel: KernelExports;
  readonly memory: KernelMemory;
  readonly #mail: number;
  /** Of the running transaction: numbers by address and addresses by number. */
  readonly #numbers = new Map<Address, number>();
  readonly #addresses: Address[] = [];
  /** The address that the kernel is asked for, so that loading it need not read it back. */
  #asked: Address | undefined;

  constructor(kernel: KernelExports, memory: KernelMemory) {
    this.kernel = kernel;
    this.memory = memory;
    this.#mail = kernel.mailAt();
  }

  /** Number of an account in the table of this transaction. */
  account(address: Address): number {
    const known = this.#numbers.get(address);
    if (known !== undefined) return known;
    this.memory.setHex(this.#mail + layout.MAIL_ADDRESS, address);
    this.#asked = address;
    const number = this.kernel.account();
    this.#asked = undefined;
    this.#numbers.set(address, number);
    return number;
  }

  /** Forgets the accounts of the transaction before. */
  begin(): void {
    this.#numbers.clear();
    this.#addresses.length = 0;
    this.#asked = undefined;
  }

  /** Address of the account that the kernel loads into `entry`. */
  addressToLoad(entry: number): Address {
    return this.#asked ?? this.memory.address(entry);
  }

  /** The kernel has got the next account. */
  loaded(address: Address): void {
    this.#addresses.push(address);
  }

  /** Address of an account in the table. */
  address(number: number): Address {
    return this.#addresses[number]!;
  }

  /** The account's entry; valid until the next account is named. */
  entry(address: Address): number {
    const number = this.account(address);
    return this.kernel.accountAt(number);
  }

  mailSlot(slot: Digest): void {
    this.memory.setHex(this.#mail + layout.MAIL_SLOT, slot);
  }

  mailWord(value: bigint): void {
    this.memory.setWord(this.#mail + layout.MAIL_WORD, value);
  }

  mailedWord(): bigint {
    return this.memory.word(this.#mail + layout.MAIL_WORD);
  }

  balance(address: Address): bigint {
    const entry = this.entry(address);
    return this.memory.word(entry + layout.ACCOUNT_BALANCE);
  }

  nonce(address: Address): bigint {
    const entry = this.entry(address);
    return this.memory.u64(entry + layout.ACCOUNT_NONCE);
  }

  code(address: Address): Uint8Array {
    const block = this.kernel.codeOf(this.account(address));
    return this.codeBytes(block);
  }

  codeBytes(block: number): Uint8Array {
    const length = this.memory.u32(block + layout.CODE_LENGTH);
    return length === 0 ? NO_BYTES : this.memory.copy(block + layout.CODE_START, length);
  }

  storage(address: Address, slot: Digest): bigint {
    const account = this.account(address);
    this.mailSlot(slot);
    const number = this.kernel.slot(account);
    const entry = this.kernel.slotAt(number);
    return this.memory.word(entry + layout.SLOT_VALUE);
  }

  /** Appends a log to the running frame, without gas. */
  appendLog({ address, topics, data }: EvmLog): void {
    if (topics.length > 4) throw new RangeError("a log has at most four topics");
    const { kernel, memory } = this;
    const mail = this.#mail;
    memory.bytes.subarray(mail + layout.MAIL_ADDRESS, mail + layout.MAIL_ADDRESS + 20).setFromHex(address);
    for (const [i, topic] of topics.entries()) {
      const at = mail + layout.MAIL_TOPICS + 32 * i;
      memory.bytes.subarray(at, at + 32).setFromHex(topic);
    }
    const at = kernel.appendLog(mail + layout.MAIL_ADDRESS, topics.length, data.length);
    memory.bytes.set(data, at);
    kernel.logDone(at, topics.length);
  }

  /** The log whose header is at `at`, and where the next one is. */
  readLog(at: number): { readonly log: EvmLog; readonly next: number } {
    const { memory } = this;
    const count = memory.u32(at + layout.LOG_TOPIC_COUNT);
    const length = memory.u32(at + layout.LOG_DATA_BYTES);
    const first = at + layout.LOG_HEADER_BYTES;
    const topics: Digest[] = [];
    for (let i = 0; i < count; i++) topics.push(memory.hex(first + 32 * i, 32) as Digest);
    const data = first + 32 * count;
    const log = { address: memory.hex(at, 20) as Address, topics, data: memory.copy(data, length) };
    return { log, next: data + ((length + 7) & ~7) };
  }

  /** What the last frame returned. */
  output(): Uint8Array {
    const length = this.kernel.returnBytes();
    return length === 0 ? NO_BYTES : this.memory.copy(this.kernel.returnData(), length);
  }

  setOutput(output: Uint8Array): void {
    const at = this.kernel.newReturnData(output.length);
    this.memory.bytes.set(output, at);
  }
}
