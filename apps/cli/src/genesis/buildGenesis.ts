import { bytesToHex0x } from "@polis/codec";
import { checkValidators, type Dealing, dealThreshold } from "@polis/crypto";
import { type Genesis, GenesisError, genesisBlock, genesisDocument, parseGenesis } from "@polis/kairos";
import { UserError } from "../errors.ts";

/** What a genesis is made of. */
export interface GenesisRequest {
  readonly chainId: number;
  readonly network: string;
  readonly f: number;
  /** Entries of kairos 3.3, in their order. */
  readonly validators: readonly Readonly<Record<string, unknown>>[];
  /** Balances in 10^-18 USDC by `0x` address. */
  readonly alloc: Readonly<Record<string, unknown>>;
  readonly scheme?: "multisig" | "threshold";
  /** Entropy of a dealing; its maker knows the group secrets (kairos K15). */
  readonly dealEntropy?: Uint8Array | undefined;
  /** Unix seconds, 0 by default. */
  readonly timestampS?: number;
  /** Validator 0's fee address by default, as for the roles of USDC (kairos X8). */
  readonly treasury?: string | undefined;
  /** Other fields of the document: block, tx, fees, randomness, leader. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A checked genesis, its file, and the shares when it was dealt. */
export interface BuiltGenesis {
  readonly genesis: Genesis;
  /** Text of genesis.json, every field present. */
  readonly text: string;
  /** 0x and 64 hex characters. */
  readonly hash: string;
  readonly dealing: Dealing | undefined;
}

/**
 * Builds and checks a genesis (kairos 5.6, K8, K15).
 * @throws UserError naming every problem
 */
export function buildGenesis(request: GenesisRequest): BuiltGenesis {
  const { validators, f } = request;
  const n = validators.length;
  const scheme = request.scheme ?? "multisig";
  const dealing = dealFor(request, scheme, n);
  const first = validators[0]?.feeAddress;
  const roles = ["owner", "masterMinter", "pauser", "blacklister", "rescuer"].map((role) => [role, first]);
  const document = {
    usdc: { roles: Object.fromEntries(roles) },
    ...request.more,
    chainId: request.chainId,
    network: request.network,
    timestamp: request.timestampS ?? 0,
    n,
    f,
    scheme,
    validators: validators.map((entry, i) => (dealing === undefined ? entry : withShares(entry, dealing, i))),
    ...(dealing === undefined
      ? {}
      : { groupKeyM: bytesToHex0x(dealing.m.groupKey), groupKeyL: bytesToHex0x(dealing.l.groupKey) }),
    treasury: request.treasury ?? first,
    alloc: request.alloc,
  };
  const genesis = checkGenesis(document);
  const text = `${JSON.stringify(genesisDocument(genesis), undefined, 2)}\n`;
  return { genesis, text, hash: `0x${genesisBlock(genesis).digest}`, dealing };
}

/**
 * Reads a genesis and checks its keys too: possession, bindings, shares (kairos K8).
 * @param document text or parsed object
 * @throws UserError with exit code 2
 */
export function checkGenesis(document: unknown): Genesis {
  let genesis: Genesis;
  try {
    genesis = parseGenesis(document);
  } catch (cause) {
    if (!(cause instanceof GenesisError)) throw cause;
    throw new UserError("GENESIS_INVALID", cause.message, "correct the named fields", { cause, exitCode: 2 });
  }
  const complete = genesis.validators.every((v) => v.blsPop !== undefined && v.p2pBinding !== undefined);
  // Only `local` may leave proofs out, and parseGenesis has seen to that (X8).
  if (!complete) return genesis;
  const { f, groupKeyM, groupKeyL } = genesis;
  const keys = genesis.validators.map((v) => ({ ...v, blsPop: v.blsPop!, p2pBinding: v.p2pBinding! }));
  const sharings =
    groupKeyM === undefined || groupKeyL === undefined
      ? undefined
      : {
          m: { groupKey: groupKeyM, shareKeys: genesis.validators.map((v) => v.shareKeyM!) },
          l: { groupKey: groupKeyL, shareKeys: genesis.validators.map((v) => v.shareKeyL!) },
        };
  const checked = checkValidators(keys, { f, chainId: Number(genesis.params.chainId), sharings });
  if (!checked.ok) {
    const where = checked.fault.detail === undefined ? "" : ` (${checked.fault.detail})`;
    const hint = "make the validator's entry again with `kairos keys show --chain-id`";
    throw new UserError("GENESIS_KEYS", `the validator list is refused: ${checked.fault.code}${where}`, hint, {
      exitCode: 2,
    });
  }
  return genesis;
}

function dealFor(request: GenesisRequest, scheme: string, n: number): Dealing | undefined {
  const { dealEntropy, network, f } = request;
  if (dealEntropy === undefined) return undefined;
  if (scheme !== "threshold") {
    throw new UserError("GENESIS_DEAL", "dealing needs the threshold scheme", "add --scheme threshold");
  }
  if (network !== "local" && network !== "devnet") {
    const hint = "use the multisig scheme, or distributed key generation";
    throw new UserError("GENESIS_DEAL", `a network ${network} must not have a dealer (K15)`, hint);
  }
  if (n < 5 * f + 1) throw new UserError("GENESIS_DEAL", `n = ${n} is below 5f+1 = ${5 * f + 1}`, "add validators");
  return dealThreshold(n, f, dealEntropy);
}

function withShares(entry: Readonly<Record<string, unknown>>, dealing: Dealing, i: number): Record<string, unknown> {
  return {
    ...entry,
    shareKeyM: bytesToHex0x(dealing.m.shareKeys[i]!),
    shareKeyL: bytesToHex0x(dealing.l.shareKeys[i]!),
  };
}
