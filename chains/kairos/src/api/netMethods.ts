import { bytesToHex0x, quantityOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { type Method, method, result } from "./method.ts";

/** The namespaces `net` and `web3` (kairos 16.2). */
export const netMethods: Readonly<Record<string, Method>> = {
  net_version: method([], (node) => result(node.params.chainId.toString())),
  net_listening: method([], () => result(true)),
  net_peerCount: method([], (node) => result(quantityOf(node.status().peers))),
  web3_clientVersion: method([], (node) => result(node.clientVersion)),
  web3_sha3: method([{ name: "data", type: "data", maxBytes: 1_048_576 }], (_node, [data]) =>
    result(bytesToHex0x(keccak256(data))),
  ),
};
