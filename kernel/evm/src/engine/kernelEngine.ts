import type { Address, Digest } from "@polis/codec";
import type { StateReader } from "@polis/state";
import * as layout from "../../assembly/layout.ts";
import type { Committed, EvmLimits, StateWriter } from "../seam/evm.ts";
import type { ChainRules, EvmLog } from "../seam/rules.ts";
import type { Tracer } from "../seam/tracer.ts";
import type { BlockEnv } from "../seam/transaction.ts";
import { commitChanges } from "./commitChanges.ts";
import { haltOf } from "./halts.ts";
import { type Kernel, newKernel } from "./newKernel.ts";
import type { Engine, Message, MessageResult } from "./types.ts";
import { writeBlock, writeTransaction } from "./writeEnvironment.ts";

const MAX_WORD = (1n << 256n) - 1n;
const MAX_GAS = (1n << 63n) - 1n;
/** A memory that grew beyond this is given back after the transaction that needed it: WebAssembly cannot shrink one. */
const MAX_KEPT_BYTES = 512 * 1024 * 1024;

/** The engine over a WebAssembly kernel, and over a traced one for executions with a tracer. */
export class KernelEngine implements Engine {
  readonly #rules: ChainRules;
  readonly #limits: EvmLimits;
  #plain: Kernel | undefined;
  #traced: Kernel | undefined;
  #kernel: Kernel;

  constructor(rules: ChainRules, limits: EvmLimits) {
    this.#rules = rules;
    this.#limits = limits;
    this.#kernel = this.#choose(false);
  }

  begin(
    state: StateReader,
    env: BlockEnv,
    origin: Address,
    gasPrice: bigint,
    blobHashes: readonly Digest[],
    tracer: Tracer | undefined,
  ): void {
    const current = this.#choose(tracer !== undefined);
    this.#kernel = current;
    const { machine, natives } = current;
    machine.kernel.begin(this.#limits.codeCacheBytes, tracer?.onStep === undefined ? 0 : 1);
    machine.begin();
    natives.clear();
    if (current.env !== env) writeBlock(machine, env);
    current.state = state;
    current.env = env;
    current.tracer = tracer;
    writeTransaction(machine, origin, gasPrice, blobHashes);
  }

  balance(address: Address): bigint {
    return this.#kernel.machine.balance(address);
  }

  nonce(address: Address): bigint {
    return this.#kernel.machine.nonce(address);
  }

  code(address: Address): Uint8Array {
    return this.#kernel.machine.code(address);
  }

  storage(address: Address, slot: Digest): bigint {
    return this.#kernel.machine.storage(address, slot);
  }

  addBalance(address: Address, delta: bigint): void {
    const { machine } = this.#kernel;
    const account = this.#see(address);
    const at = machine.kernel.accountAt(account) + layout.ACCOUNT_BALANCE;
    const balance = machine.memory.word(at) + delta;
    if (balance < 0n || balance > MAX_WORD) throw new RangeError(`the balance of ${address} would leave 0..2^256-1`);
    machine.mailWord(balance);
    machine.kernel.putBalance(account);
  }

  setNonce(address: Address, nonce: bigint): void {
    this.#kernel.machine.kernel.setNonce(this.#see(address), nonce);
  }

  setCode(address: Address, code: Uint8Array): void {
    const { kernel, memory } = this.#kernel.machine;
    const account = this.#see(address);
    const at = kernel.inputAt(code.length);
    memory.bytes.set(code, at);
    kernel.putCode(account, code.length);
  }

  isEmpty(address: Address): boolean {
    const { machine } = this.#kernel;
    return machine.kernel.isEmpty(machine.account(address)) !== 0;
  }

  hasStorage(address: Address): boolean {
    const { machine } = this.#kernel;
    const entry = machine.entry(address);
    return (machine.memory.u32(entry + layout.ACCOUNT_FLAGS) & layout.FLAG_HAS_STORAGE) !== 0;
  }

  warmAccount(address: Address): void {
    const { machine } = this.#kernel;
    machine.kernel.warmAccount(machine.account(address));
  }

  warmDelegate(address: Address): void {
    const { machine } = this.#kernel;
    machine.kernel.warmDelegate(machine.account(address));
  }

  warmSlot(address: Address, slot: Digest): void {
    const { machine } = this.#kernel;
    const account = machine.account(address);
    machine.mailSlot(slot);
    machine.kernel.warmSlotAt(account);
  }

  addRefund(delta: bigint): void {
    this.#kernel.machine.kernel.addRefund(delta);
  }

  run({ from, to, createNonce, value, input, gas, isStatic }: Message): MessageResult {
    if (gas < 0n || gas > MAX_GAS) throw new RangeError("gas must be in 0..2^63-1");
    const { machine } = this.#kernel;
    const { kernel, memory } = machine;
    const sender = this.#see(from);
    const target = to === undefined ? -1 : machine.account(to);
    const at = kernel.inputAt(input.length);
    memory.bytes.set(input, at);
    machine.mailWord(value);
    let created: Address | undefined;
    if (target < 0) {
      const account = kernel.startCreate(sender, createNonce, gas, input.length);
      created = machine.address(account);
    } else kernel.startCall(sender, target, gas, isStatic ? 1 : 0, input.length);
    this.#drive();
    const halt = haltOf(kernel.haltOfLast());
    return {
      success: halt === undefined,
      halt,
      gasLeft: kernel.gasOfFrame(),
      refund: kernel.refundNow(),
      output: machine.output(),
      created: halt === undefined ? created : undefined,
    };
  }

  logs(): readonly EvmLog[] {
    const { machine } = this.#kernel;
    const logs: EvmLog[] = [];
    let at = machine.kernel.firstLog();
    for (let left = machine.kernel.logCount(); left > 0; left--) {
      const { log, next } = machine.readLog(at);
      logs.push(log);
      at = next;
    }
    return logs;
  }

  commit(writer: StateWriter): Committed {
    return commitChanges(this.#kernel.machine, writer, this.#rules.keepsDestroyedBalance === true);
  }

  /**
   * What executions with a tracer have covered since the first: `counters[16 * opcode]` times an opcode ran, and
   * `counters[16 * opcode + 1 + i]` times it ended its frame with the i-th `Halt`. For fuzzers.
   */
  coverage(): Uint32Array {
    const { kernel, memory } = this.#choose(true).machine;
    const bytes = memory.copy(kernel.coverageAt(), 256 * 16 * 4);
    return new Uint32Array(bytes.buffer);
  }

  /** Runs frames until frame 0 has ended. */
  #drive(): void {
    const { machine, natives, env } = this.#kernel;
    for (;;) {
      switch (machine.kernel.interpret()) {
        case layout.STATUS_DONE:
          return;
        case layout.STATUS_NATIVE_START:
          natives.start(env!);
          break;
        case layout.STATUS_NATIVE_RESUME:
          natives.resume();
      }
    }
  }

  /** Number of an account that the transaction looks at. */
  #see(address: Address): number {
    const { machine } = this.#kernel;
    const account = machine.account(address);
    machine.kernel.seeAccount(account);
    return account;
  }

  #choose(traced: boolean): Kernel {
    const known = traced ? this.#traced : this.#plain;
    if (known !== undefined && known.machine.memory.bytes.length <= MAX_KEPT_BYTES) return known;
    const made = newKernel(this.#rules, this.#limits, traced);
    if (traced) this.#traced = made;
    else this.#plain = made;
    return made;
  }
}
