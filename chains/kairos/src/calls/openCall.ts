import type { Address, Digest } from "@polis/codec";
import type { BlockEnv } from "@polis/evm";
import { type ApiError, refusal } from "../api/method.ts";
import type { Header } from "../block/header.ts";
import { applyOverrides } from "./applyOverrides.ts";
import { callEnvironment } from "./environment.ts";
import type { AccountOverride, BlockOverride } from "./overrides.ts";
import { createScratchState, type ScratchState } from "./scratchState.ts";
import type { CallWorld } from "./world.ts";

/** Where simulated calls run. */
export interface CallPlace {
  readonly state: ScratchState;
  readonly env: BlockEnv;
  readonly header: Header;
}

type Opened = { readonly ok: true; readonly value: CallPlace } | { readonly ok: false; readonly error: ApiError };

/** The scratch state and environment after a block, with the caller's overrides; -32001 when the node lacks them. */
export function openCall(
  world: CallWorld,
  block: Digest,
  accounts: readonly AccountOverride[],
  environment: BlockOverride,
): Opened {
  const header = world.header(block);
  if (header === undefined) return refusal(-32001, "block not found");
  const below = world.state(block);
  if (below === undefined) return refusal(-32001, `the state of block ${header.number} is not kept by this node`);
  const state = createScratchState(below);
  applyOverrides(state, accounts);
  return { ok: true, value: { state, env: callEnvironment(world, block, header, environment), header } };
}

/** True for an account with nothing to run: no code, no precompile, no contract of the host. */
export function isPlainAccount(world: CallWorld, { state }: CallPlace, address: Address): boolean {
  if (world.evm.rules.natives?.has(address) === true) return false;
  if (isPrecompileAddress(address)) return false;
  const codeHash = state.account(address)?.codeHash;
  return codeHash === undefined || (state.code(codeHash)?.length ?? 0) === 0;
}

/** True below the address under which the precompiled contracts of all forks stand. */
export function isPrecompileAddress(address: Address): boolean {
  return address.startsWith(precompilePrefix);
}

const precompilePrefix = "0".repeat(37);
