import { type Address, address } from "@polis/codec";
import { zeroAddress } from "../addresses.ts";
import { type Fields, readHex } from "./fields.ts";
import type { GenesisUsdc } from "./types.ts";

/** Reads `usdc{roles, name, symbol, currency, version, blacklisted?, paused?}` (kairos 5.6, U9-U13). */
export function readUsdc(usdc: Fields): GenesisUsdc {
  const roles = usdc.object("roles");
  const read: GenesisUsdc = {
    name: usdc.text("name", 64, "USDC"),
    symbol: usdc.text("symbol", 16, "USDC"),
    currency: usdc.text("currency", 16, "USD"),
    version: usdc.text("version", 8, "2"),
    roles: {
      owner: roles.address("owner", zeroAddress),
      masterMinter: roles.address("masterMinter", zeroAddress),
      pauser: roles.address("pauser", zeroAddress),
      blacklister: roles.address("blacklister", zeroAddress),
      rescuer: roles.address("rescuer", zeroAddress),
    },
    blacklisted: readBlacklist(usdc),
    paused: usdc.flag("paused", false),
  };
  roles.refuseUnknown();
  usdc.refuseUnknown();
  return read;
}

function readBlacklist(usdc: Fields): readonly Address[] {
  const read: Address[] = [];
  for (const value of usdc.list("blacklisted", [])) {
    const bytes = readHex(value, 20, 20);
    if (bytes === undefined) usdc.problem("blacklisted", "a list of addresses");
    else read.push(address(bytes.toHex()));
  }
  return [...new Set(read)].sort((a, b) => (a < b ? -1 : 1));
}
