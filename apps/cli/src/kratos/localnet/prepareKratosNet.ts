import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Krat12, krat12, seconds } from "@polis/codec";
import { type AccountId, type Genesis, KRAT } from "@polis/kratos";
import { UserError } from "../../errors.ts";
import { genesisOf, recordText } from "../genesis/recordFile.ts";
import { generateKratosKey, type KratosKey, writeKratosKey } from "../keys/kratosKey.ts";

/** The shape of a local network. */
export interface KratosNetPlan {
  readonly dir: string;
  readonly n: number;
  readonly slotSeconds: number;
  readonly slotsPerEpoch: number;
  /** Accounts that send transfers. */
  readonly senders: number;
  /** A name that nobody else has by default. */
  readonly chainName?: string;
}

/** A local network on disk. */
export interface KratosNet {
  readonly dir: string;
  readonly genesis: Genesis;
  readonly recordFile: string;
  readonly nodes: readonly { readonly basePath: string; readonly keyFile: string; readonly account: AccountId }[];
  /** Key file of an account for people. */
  readonly faucetFile: string;
  readonly faucet: AccountId;
  /** Accounts that send transfers. */
  readonly senders: readonly KratosKey[];
}

/** What the account for people has. */
export const FAUCET_BALANCE: Krat12 = krat12(10_000_000n * KRAT);
/** For the fees of a validator's first calls: it may take a while until chance makes it a leader. */
const VALIDATOR_BALANCE = krat12(100n * KRAT);
const SENDER_BALANCE = krat12(1_000_000n * KRAT);
/** Seconds until slot 0, and half of one more for each validator: processes that start at the same time share the cores. */
const START_S = 3;
const MARK = "kratos-localnet.json";
const BOOTSTRAP_EPOCHS = 1_440n;
/** Withdrawals can be tried out: a few epochs instead of four weeks. */
const UNBONDING_EPOCHS = 5;

/**
 * Makes the files of a new local network: a chain whose name and genesis nobody else has, so that runs do not mix, and keys.
 * An earlier local network in the folder is removed: a chain that sleeps wakes up with validators that were offline.
 * @throws UserError LOCALNET_DIR when the folder holds something else, or cannot be used
 */
export function prepareKratosNet(plan: KratosNetPlan): KratosNet {
  const { dir, n, slotSeconds, slotsPerEpoch } = plan;
  clear(dir);
  const chainName = plan.chainName ?? `localnet-${randomBytes(4).toString("hex")}`;
  writeFileSync(join(dir, MARK), `${JSON.stringify({ chainName, validators: n, slotSeconds, slotsPerEpoch })}\n`);
  const nodes = Array.from({ length: n }, (_, i) => {
    const basePath = join(dir, `node${i}`);
    mkdirSync(basePath, { mode: 0o700 });
    const key = generateKratosKey();
    const keyFile = join(basePath, "validator.json");
    writeKratosKey(keyFile, key, "json");
    return { basePath, keyFile, account: key.account };
  });
  const faucet = generateKratosKey();
  const faucetFile = join(dir, "faucet.key");
  writeKratosKey(faucetFile, faucet, "hex");
  const senders = Array.from({ length: plan.senders }, () => generateKratosKey());
  const record = {
    ...{
      chainName,
      chainId: 0,
      protocolVersion: 1,
      timestamp: seconds(Math.floor(Date.now() / 1_000) + START_S + Math.ceil(n / 2)),
    },
    randomnessSeed: new Uint8Array(randomBytes(32)),
    balances: [
      { account: faucet.account, amount: FAUCET_BALANCE },
      ...senders.map(({ account }) => ({ account, amount: SENDER_BALANCE })),
      ...nodes.map(({ account }) => ({ account, amount: VALIDATOR_BALANCE })),
    ],
    validators: nodes.map(({ account }) => ({ account, stake: krat12(0n), isBootstrap: true })),
    overrides: [
      { name: "slot_seconds", value: BigInt(slotSeconds) },
      { name: "slots_per_epoch", value: BigInt(slotsPerEpoch) },
      { name: "bootstrap_min_epochs", value: BOOTSTRAP_EPOCHS },
      { name: "unbonding_blocks", value: BigInt(slotsPerEpoch * UNBONDING_EPOCHS) },
    ],
  };
  const recordFile = join(dir, "chain.json");
  writeFileSync(recordFile, recordText(record));
  return { dir, genesis: genesisOf(record), recordFile, nodes, faucetFile, faucet: faucet.account, senders };
}

/** Makes an empty folder of one that is absent, empty, or an earlier local network. */
function clear(dir: string): void {
  const isMine = existsSync(join(dir, MARK));
  try {
    if (!isMine && existsSync(dir) && readdirSync(dir).length > 0) {
      const hint = "choose another --dir, or remove the folder";
      throw new UserError("LOCALNET_DIR", `${dir} is there and is no local network of KratOs`, hint);
    }
    if (isMine) rmSync(dir, { recursive: true });
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown";
    const hint = "choose another --dir, or check the permissions of this one";
    throw new UserError("LOCALNET_DIR", `cannot use the folder ${dir}: ${why}`, hint, { cause });
  }
}
