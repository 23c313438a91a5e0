import { type Address, addressOf, bytesToHex0x } from "@polis/codec";
import { type Genesis, inlineFeeAddress, parseGenesis } from "@polis/kairos";
import { developmentKeys, developmentSecret } from "../../keys/developmentKeys.ts";
import type { DevAccount } from "../accounts/deriveAccounts.ts";

/** What a development chain starts with. */
export interface DevGenesisOptions {
  readonly chainId: number;
  readonly hardfork: "prague" | "osaka";
  readonly accounts: readonly DevAccount[];
  /** Of each account, 10^-18 USDC. */
  readonly balance: bigint;
  /** Account that `kairos_faucet` pays from. */
  readonly faucet: DevAccount;
  /** Unix seconds of block 0. */
  readonly timestampS: number;
}

/** What the faucet holds: a trillion USDC, more than any test spends. */
const faucetBalance = 10n ** 12n * 10n ** 18n;

/**
 * The genesis of a development chain: one validator whose keys anybody can compute (kairos K6 allows that only here, on the
 * network `local`), the first account in all roles of USDC, and old deployment transactions without a chain id accepted.
 */
export function devGenesis(options: DevGenesisOptions): Genesis {
  const { chainId, accounts, balance, faucet, hardfork, timestampS } = options;
  const keys = developmentKeys();
  const owner = `0x${accounts[0]?.address ?? faucet.address}`;
  const roles = ["owner", "masterMinter", "pauser", "blacklister", "rescuer"].map((role) => [role, owner] as const);
  const alloc = new Map<string, { readonly balance: string }>();
  for (const { address } of accounts) alloc.set(`0x${address}`, { balance: `${balance}` });
  alloc.set(`0x${faucet.address}`, { balance: `${faucetBalance}` });
  return parseGenesis({
    chainId,
    network: "local",
    timestamp: timestampS,
    n: 1,
    f: 0,
    hardfork,
    validators: [
      {
        blsPublicKey: bytesToHex0x(keys.bls),
        p2pPublicKey: bytesToHex0x(keys.ed25519),
        feeAddress: `0x${inlineFeeAddress(keys.bls)}`,
      },
    ],
    usdc: { roles: Object.fromEntries(roles) },
    treasury: `0x${treasuryAddress()}`,
    tx: { allowUnprotected: true },
    alloc: Object.fromEntries(alloc),
  });
}

/** An address nobody has a key of: base fees go there, as does what balance edits leave over. */
function treasuryAddress(): Address {
  return addressOf(developmentSecret("treasury").subarray(12));
}
