import type { UpstreamPeer } from "@polis/net";
import { parseListenAddress } from "../config/values.ts";
import { UserError } from "../errors.ts";

/**
 * Reads an entry of `p2p.bootnodes`: the Ed25519 key of a follower, and where it is.
 * @param text `key@host:port`
 * @throws UserError with exit code 2
 * @example readUpstream(`${"ab".repeat(32)}@10.0.0.7:9000`).port // 9000
 */
export function readUpstream(text: string): UpstreamPeer {
  const [key = "", place = ""] = text.split("@", 2);
  const publicKeyHex = key.replace(/^0x/, "").toLowerCase();
  const address = parseListenAddress(place);
  if (!/^[0-9a-f]{64}$/.test(publicKeyHex) || address === undefined) {
    const hint = "p2p.bootnodes holds entries like <64 hex characters of an Ed25519 key>@host:port";
    throw new UserError("BOOTNODE", `${text} is no peer`, hint, { exitCode: 2 });
  }
  return { publicKeyHex, ...address };
}
