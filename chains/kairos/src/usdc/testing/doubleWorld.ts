import type { Address } from "@polis/codec";
import type { NativeCall, NativeCallResult } from "@polis/evm";
import { faceAddress } from "../../addresses.ts";
import type { KairosParams } from "../../params.ts";
import { kairosRules } from "../kairosRules.ts";
import type { FaceWorld } from "./faceWorld.ts";
import { copyState, type DoubleEnv, type DoubleMessage, type DoubleState, doubleFrame, Halted } from "./frameDouble.ts";

const nothing = new Uint8Array(0);
const stub = Uint8Array.of(0x60, 0x00, 0x60, 0x00, 0xfd);

/** A world over a double of the engine: natives only, no bytecode, the value rule applied to a call's value. */
export function createDoubleWorld(params: KairosParams): FaceWorld {
  const rules = kairosRules(params);
  const contracts = new Map(rules.natives);
  let state: DoubleState = {
    balances: new Map(),
    nonces: new Map(),
    codes: new Map([[faceAddress, stub]]),
    storage: new Map(),
    warm: new Set(),
    logs: [],
    refund: 0n,
  };

  /** One frame; returns its outcome and leaves `state` as the frame left it, or as it was. */
  function run(env: DoubleEnv, message: DoubleMessage, meter: { gas: bigint }): NativeCallResult {
    const before = copyState(state);
    const contract = contracts.get(message.address);
    if (!move(message)) return { success: false, output: nothing };
    if (contract === undefined) return { success: true, output: nothing };
    try {
      const running = contract.run(doubleFrame(state, env, message, meter));
      let step = running.next();
      while (!step.done) step = running.next(callOut(env, message, meter, step.value));
      if (!step.value.success) undo(before);
      return step.value;
    } catch (error) {
      if (!(error instanceof Halted)) throw error;
      meter.gas = 0n;
      undo(before);
      return { success: false, output: nothing };
    }
  }

  function callOut(env: DoubleEnv, from: DoubleMessage, meter: { gas: bigint }, call: NativeCall): NativeCallResult {
    const given = meter.gas - meter.gas / 64n;
    meter.gas -= given;
    const inner = { gas: given };
    const isStatic = from.isStatic || call.isStatic;
    const message = { address: call.to, caller: from.address, input: call.input, value: 0n, isStatic };
    const result = run(env, message, inner);
    meter.gas += inner.gas;
    return result;
  }

  /** Frames hold on to the state object, so it is put back in place. Warmth is what was touched: it goes back too. */
  function undo(before: DoubleState): void {
    Object.assign(state, before);
  }

  function move({ caller, address, value }: DoubleMessage): boolean {
    if (value === 0n || caller === address) return true;
    const balanceOf = (of: Address) => state.balances.get(of) ?? 0n;
    if (balanceOf(caller) < value) return false;
    if (!rules.onValue!(world, { from: caller, to: address, amount: value }, (log) => state.logs.push(log)))
      return false;
    state.balances.set(caller, balanceOf(caller) - value);
    state.balances.set(address, balanceOf(address) + value);
    return true;
  }

  const world: FaceWorld = {
    timestampS: 1_800_000_000,
    balance: (of) => state.balances.get(of) ?? 0n,
    nonce: (of) => state.nonces.get(of) ?? 0n,
    code: (of) => state.codes.get(of) ?? nothing,
    storage: (of, slot) => state.storage.get(`${of}:${slot}`) ?? 0n,
    call({ from, to = faceAddress, data, value = 0n, gas = 1_000_000n }) {
      state = { ...copyState(state), logs: [], refund: 0n, warm: warmAtStart(from, to) };
      const env = { chainId: params.chainId, timestampS: world.timestampS, original: new Map(state.storage) };
      state.nonces.set(from, (state.nonces.get(from) ?? 0n) + 1n);
      const meter = { gas };
      const result = run(env, { address: to, caller: from, input: data, value, isStatic: false }, meter);
      return { ...result, logs: state.logs, gasUsed: gas - meter.gas };
    },
    setAccount(address, balance, code = nothing) {
      state.balances.set(address, balance);
      state.codes.set(address, code);
    },
    setStorage: (address, slot, value) => void state.storage.set(`${address}:${slot}`, value),
    setContract(address, contract) {
      contracts.set(address, contract);
      state.codes.set(address, stub);
      state.nonces.set(address, 1n);
    },
  };
  return world;
}

/** EIP-2929 and EIP-3651: sender, recipient, precompiles and the zero coinbase of tests. */
function warmAtStart(from: Address, to: Address): Set<string> {
  const precompiles = Array.from({ length: 18 }, (_, i) => i.toString(16).padStart(40, "0"));
  return new Set([from, to, ...precompiles]);
}
