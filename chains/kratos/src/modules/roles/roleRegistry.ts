import {
  type Height,
  type Kce,
  type Krat12,
  kceBool,
  kceDigest,
  kceList,
  kceOptional,
  kceRecord,
  kceU32,
  kceVariant,
} from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import { kceHeight, kceKrat } from "../../kce.ts";
import { defineTable, type Table } from "../../state/item.ts";
import type { State } from "../../state/state.ts";

/** What a role entry says besides its holder (kratos-core 4.7). */
export type RoleMetadata =
  | { readonly kind: "validator"; readonly stake: Krat12; readonly isBootstrap: boolean }
  | { readonly kind: "juror"; readonly dispute: AccountId; readonly credits: number }
  | { readonly kind: "contributor"; readonly registration: AccountId; readonly proposal: AccountId };

/** A live role of an account. The tags of metadata are the tags of roles. */
export interface RoleEntry {
  readonly account: AccountId;
  /** Another chain; none for the root chain. */
  readonly scope: number | undefined;
  readonly grantedAt: Height;
  readonly expiresAt: Height | undefined;
  readonly metadata: RoleMetadata;
}

const MAX_ROLES = 64;

const kceMetadata: Kce<RoleMetadata> = kceVariant({
  validator: kceRecord({ stake: kceKrat, isBootstrap: kceBool }),
  juror: kceRecord({ dispute: kceDigest, credits: kceU32 }),
  contributor: kceRecord({ registration: kceDigest, proposal: kceDigest }),
});

const kceRole: Kce<RoleEntry> = kceRecord({
  account: kceDigest,
  scope: kceOptional(kceU32),
  grantedAt: kceHeight,
  expiresAt: kceOptional(kceHeight),
  metadata: kceMetadata,
});

/** `role:` + AccountId (kratos-core 3.4), sorted by role, then scope. */
export const roles: Table<readonly RoleEntry[]> = defineTable<readonly RoleEntry[]>("role:", {
  codec: kceList(kceRole, MAX_ROLES),
  maxBytes: 8 + 160 * MAX_ROLES,
  missing: [],
});

/** What the registry needs of a validator record. */
export interface ValidatorRole {
  readonly id: AccountId;
  readonly stake: Krat12;
  readonly isBootstrap: boolean;
  readonly registeredAt: Height;
}

/** Opens or changes the one Validator entry of the root chain (kratos-core 4.7). */
export function setValidatorRole(state: State, { id, stake, isBootstrap, registeredAt }: ValidatorRole): void {
  const metadata = { kind: "validator", stake, isBootstrap } as const;
  const entry = { account: id, scope: undefined, grantedAt: registeredAt, expiresAt: undefined, metadata };
  state.update(roles.of(id), (entries) => [entry, ...entries.filter((other) => !isRootValidator(other))]);
}

/** Closes it. */
export function removeValidatorRole(state: State, account: AccountId): void {
  const left = state.get(roles.of(account)).filter((entry) => !isRootValidator(entry));
  if (left.length === 0) state.delete(roles.of(account));
  else state.set(roles.of(account), left);
}

function isRootValidator({ metadata, scope }: RoleEntry): boolean {
  return metadata.kind === "validator" && scope === undefined;
}
