import { type Digest, digestOf } from "@polis/codec";
import { defaults, type UsdcNames } from "../params.ts";
import { smaller } from "../smaller.ts";
import { checkGenesis } from "./checkGenesis.ts";
import { Fields, readHex } from "./fields.ts";
import { GenesisError } from "./genesisError.ts";
import { readAllocation, readPredeploys } from "./readAllocation.ts";
import { readUsdc } from "./readUsdc.ts";
import { readValidators } from "./readValidators.ts";
import type { Genesis } from "./types.ts";

/** Largest genesis text that is read: 1,024 validators and a million accounts fit. */
const maxTextBytes = 256 * 1024 * 1024;

/**
 * Reads and checks a genesis document (kairos 5.6, K8); defaults are filled in. Proofs of possession and bindings are
 * checked apart, by `verifyGenesisKeys`, because that takes milliseconds per validator.
 * @param document JSON text, or the parsed object
 * @throws GenesisError with every problem found
 * @example parseGenesis(readFileSync("genesis.json", "utf8"))
 */
export function parseGenesis(document: unknown): Genesis {
  const problems: string[] = [];
  const top = new Fields(typeof document === "string" ? parseText(document) : document, "", problems);
  const genesis = readGenesis(top);
  top.refuseUnknown();
  if (problems.length === 0) problems.push(...checkGenesis(genesis));
  if (problems.length > 0) throw new GenesisError(problems);
  return genesis;
}

function parseText(text: string): unknown {
  if (text.length > maxTextBytes) throw new GenesisError([`the document is longer than ${maxTextBytes} bytes`]);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GenesisError([`the document is not JSON: ${(cause as Error).message}`], { cause });
  }
}

function readGenesis(top: Fields): Genesis {
  const scheme = top.choice("scheme", ["multisig", "threshold"], "multisig");
  const usdc = readUsdc(top.object("usdc"));
  const params = readParams(top, usdc);
  return {
    network: top.text("network", 32),
    timestampS: top.integer("timestamp", 0, 9_007_199_254_739, 0),
    n: top.integer("n", 1, 1024),
    f: top.integer("f", 0, 204),
    scheme,
    leader: top.choice("leader", ["round-robin", "random"], "round-robin"),
    maxViewLead: top.integer("maxViewLead", 2, 65_536, defaults.maxViewLead),
    validators: readValidators(top.list("validators"), scheme, top.problems),
    groupKeyM: top.optionalBytes("groupKeyM", 48, 48),
    groupKeyL: top.optionalBytes("groupKeyL", 48, 48),
    params,
    usdc,
    alloc: readAllocation(top.object("alloc")),
    predeploys: readPredeploys(top, params.chainId),
  };
}

function readParams(top: Fields, { name, symbol, currency, version }: UsdcNames): Genesis["params"] {
  const { hardfork, osakaTimestampS } = readHardfork(top);
  const block = top.object("block");
  const tx = top.object("tx");
  const fees = top.object("fees");
  const gasLimit = block.amount("gasLimit", defaults.block.gasLimit);
  const osakaGas = smaller(defaults.tx.maxGasOsaka, gasLimit);
  const floor = fees.amount("floor", defaults.fees.floor);
  const params: Genesis["params"] = {
    chainId: BigInt(top.integer("chainId", 1, Number.MAX_SAFE_INTEGER)),
    epoch: top.integer("epoch", 0, 0xffff_ffff, 0),
    randomness: top.choice("randomness", ["hash", "seed"], "hash"),
    treasury: top.address("treasury"),
    hardfork,
    osakaTimestampS,
    usdc: { name, symbol, currency, version },
    block: {
      gasLimit,
      maxBytes: block.integer("maxBytes", 1, 16_777_216, defaults.block.maxBytes),
      maxTransactions: block.integer("maxTransactions", 1, 1_000_000, defaults.block.maxTransactions),
    },
    tx: {
      maxBytes: tx.integer("maxBytes", 1, 16_777_216, defaults.tx.maxBytes),
      maxGas: tx.amount("maxGas", hardfork === "osaka" ? osakaGas : gasLimit),
      allowUnprotected: tx.flag("allowUnprotected", defaults.tx.allowUnprotected),
      unprotected: readUnprotected(tx),
      paymentKinds: readKinds(tx),
    },
    fees: {
      targetGas: fees.amount("targetGas", defaults.fees.targetGas),
      floor,
      cap: fees.amount("cap", defaults.fees.cap),
      initial: fees.amount("initial", floor),
      smoothing: fees.amount("smoothing", defaults.fees.smoothing),
      changeDivisor: fees.amount("changeDivisor", defaults.fees.changeDivisor),
    },
  };
  for (const section of [block, tx, fees]) section.refuseUnknown();
  return params;
}

/** The name of the rules from genesis on, or `{ osaka: Unix second }`: Prague's until then (kairos E1). */
function readHardfork(top: Fields): Pick<Genesis["params"], "hardfork" | "osakaTimestampS"> {
  if (typeof top.raw("hardfork") !== "object") {
    return { hardfork: top.choice("hardfork", ["prague", "osaka"], "prague"), osakaTimestampS: undefined };
  }
  const times = top.object("hardfork");
  const osakaTimestampS = times.integer("osaka", 1, 9_007_199_254_739);
  times.refuseUnknown();
  return { hardfork: "prague", osakaTimestampS };
}

/** Transactions whose deployment at one address on every chain needs a signature without a chain id. */
function readUnprotected(tx: Fields): readonly Digest[] {
  const hashes: Digest[] = [];
  for (const value of tx.list("unprotected", [])) {
    const bytes = readHex(value, 32, 32);
    if (bytes === undefined) tx.problem("unprotected", "a list of transaction hashes");
    else hashes.push(digestOf(bytes));
  }
  return [...new Set(hashes)].sort((a, b) => (a < b ? -1 : 1));
}

function readKinds(tx: Fields): readonly number[] {
  const kinds = tx.list("paymentKinds", defaults.tx.paymentKinds);
  const known = [0, 1, 2].filter((kind) => kinds.includes(kind));
  if (known.length !== kinds.length) tx.problem("paymentKinds", "a list of different kinds from 0, 1 and 2");
  return known;
}
