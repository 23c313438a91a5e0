import type { Digest } from "@polis/codec";
import type { GenesisRecord, ValidatorKey } from "@polis/kratos";
import type { DataDirectory } from "../data/dataDirectory.ts";
import type { Seed } from "../seeds/parseSeed.ts";

/** Everything that `kratos run` was told (kratos-core 15), checked. */
export interface KratosRunOptions {
  readonly data: DataDirectory;
  /** Begin the chain of this record; undefined: join. */
  readonly begin: GenesisRecord | undefined;
  readonly chainName: string;
  readonly pin: Digest | undefined;
  /** Join on the word of fewer than three peers. */
  readonly acceptFewer: boolean;
  /** Display name. */
  readonly name: string;
  readonly version: string;
  readonly p2pPort: number;
  readonly bootnodes: readonly string[];
  readonly publicAddresses: readonly string[];
  readonly mdns: boolean;
  readonly maxPeers: number;
  /** Inbound connections of one address (kratos-core 12.2). */
  readonly connectionsPerIp: number;
  readonly seeds: readonly Seed[];
  readonly seedKeys: readonly Digest[];
  /** Undefined switches it off. */
  readonly rpc: { readonly host: string; readonly port: number } | undefined;
  readonly corsAll: boolean;
  /** Exact origins of web pages that may call, instead of the usual ones; undefined for those (kratos-core 13.1). */
  readonly corsOrigins: readonly string[] | undefined;
  /** Names under which JSON-RPC answers besides its address. */
  readonly allowedHosts: readonly string[];
  readonly unsafe: boolean;
  readonly validator: ValidatorKey | undefined;
  readonly sync: "full" | "warp";
  /** Final blocks from one snapshot that is served to the next. */
  readonly snapshotEvery: number;
  /** 0 is off. */
  readonly prometheusPort: number;
}
