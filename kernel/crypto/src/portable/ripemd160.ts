import { ripemd160 as nobleRipemd160 } from "@noble/hashes/legacy.js";
import type { Hash } from "../primitives/types.ts";

/** RIPEMD-160: 20 bytes. For the EVM's precompile alone; OpenSSL keeps it in a provider that not every build loads. */
export const ripemd160: Hash = (data) => nobleRipemd160(data);
