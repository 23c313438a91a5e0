export { createP2p } from "./createP2p.ts";
export { P2P_ERRORS, P2P_VIOLATIONS, P2pError, type P2pErrorCode, type P2pViolation } from "./errors.ts";
export { defaultP2pLimits } from "./limits.ts";
export { loadNetworkKey } from "./networkKey.ts";
export { createProber, type Prober } from "./prober.ts";
export type * from "./types.ts";
