import { type Digest, digest } from "@polis/codec";

/** An Ed25519 public key, 32 bytes as hex (kratos-core 1.3). */
export type AccountId = Digest;

/** Accounts without a key (kratos-core 1.3). Nothing signs for them. */
export const systemAccounts = {
  treasury: systemAccount("54524541"),
  reserve: systemAccount("52455356"),
  validatorPool: systemAccount("56504f4c"),
  escrow: systemAccount("45534352"),
  contestedPenalties: systemAccount("434f4e54"),
} as const satisfies Readonly<Record<string, AccountId>>;

const all = new Set<AccountId>(Object.values(systemAccounts));

/** True for an account that no transaction can come from. */
export function isSystemAccount(account: AccountId): boolean {
  return all.has(account);
}

function systemAccount(suffix: string): AccountId {
  return digest(`feedc0de${"00".repeat(24)}${suffix}`);
}
