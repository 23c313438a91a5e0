import type { Engine } from "../engine/types.ts";
import type { ChainRules } from "../seam/rules.ts";
import type { Authorization } from "../seam/transaction.ts";
import { delegationOf, delegationTo } from "./delegation.ts";
import { gasPrices, maxNonce } from "./gasPrices.ts";

/**
 * Sets the code of the authorities that signed (EIP-7702), in order. A tuple that does not hold is skipped without
 * effect, and so is one whose authority the chain refuses (kairos 7.3, U12); all keep their price.
 */
export function applyAuthorizations(
  engine: Engine,
  rules: ChainRules,
  chainId: bigint,
  authorizations: readonly Authorization[],
): void {
  for (const tuple of authorizations) applyAuthorization(engine, rules, chainId, tuple);
}

function applyAuthorization(engine: Engine, rules: ChainRules, chainId: bigint, tuple: Authorization): void {
  const { authority, nonce, address } = tuple;
  if (tuple.chainId !== 0n && tuple.chainId !== chainId) return;
  if (nonce >= maxNonce || authority === undefined) return;
  engine.warmAccount(authority);
  const code = engine.code(authority);
  if (code.length > 0 && delegationOf(code) === undefined) return;
  if (engine.nonce(authority) !== nonce) return;
  if (rules.mayDelegate !== undefined && !rules.mayDelegate(engine, authority)) return;
  if (!engine.isEmpty(authority)) engine.addRefund(gasPrices.existingAuthority);
  engine.setCode(authority, delegationTo(address));
  engine.setNonce(authority, nonce + 1n);
}
