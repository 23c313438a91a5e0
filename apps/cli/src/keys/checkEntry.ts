import { readFileSync } from "node:fs";
import { verifyBinding, verifyPossession } from "@polis/crypto";
import { UserError } from "../errors.ts";

const maxEntryBytes = 64 * 1024;

/**
 * Checks the proofs of one entry of a validator list (kairos 3.3, K8): that its owner has the BLS secret, and that the p2p
 * key was bound to a chain with it.
 * @param chainId checks the binding too
 * @throws UserError when the file is no entry, or a proof is missing or wrong
 */
export function checkEntry(
  file: string,
  chainId: number | undefined,
): { readonly proven: true; readonly bound: boolean } {
  const entry = readEntry(file);
  const wrong = (what: string) => {
    const hint = "ask its owner for a new one: `kairos keys show --chain-id ID --json`";
    return new UserError("KEY_PROOF", `${file}: ${what}`, hint);
  };
  const key = field(entry, "blsPublicKey", 48);
  const pop = field(entry, "blsPop", 96);
  if (key === undefined || pop === undefined) throw wrong("blsPublicKey and blsPop are missing or malformed");
  if (!verifyPossession(key, pop)) throw wrong("the proof of possession does not hold");
  if (chainId === undefined) return { proven: true, bound: false };
  const p2pKey = field(entry, "p2pPublicKey", 32);
  const binding = field(entry, "p2pBinding", 96);
  if (p2pKey === undefined || binding === undefined)
    throw wrong("p2pPublicKey and p2pBinding are missing or malformed");
  if (!verifyBinding(chainId, p2pKey, key, binding)) throw wrong(`the p2p key is not bound to chain ${chainId}`);
  return { proven: true, bound: true };
}

function readEntry(file: string): Readonly<Record<string, unknown>> {
  const hint = "give the file validator.json that `kairos keys generate` wrote";
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new UserError("KEY_ENTRY", `cannot read ${file}`, hint, { cause, exitCode: 2 });
  }
  try {
    const value: unknown = text.length > maxEntryBytes ? undefined : JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Said below, as for any other text that is no entry.
  }
  throw new UserError("KEY_ENTRY", `${file} is no entry of a validator list`, hint, { exitCode: 2 });
}

function field(entry: Readonly<Record<string, unknown>>, name: string, bytes: number): Uint8Array | undefined {
  const value = entry[name];
  const form = new RegExp(`^0x[0-9a-fA-F]{${2 * bytes}}$`);
  return typeof value === "string" && form.test(value) ? Uint8Array.fromHex(value.slice(2)) : undefined;
}
