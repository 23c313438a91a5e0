/** Public surface of this package. */
export { NET_FAULTS, NetError, type NetFault, type NetFaultCode } from "./errors.ts";
export { type Channel, type FrameRule, frameRules } from "./frameTypes.ts";
export { decodeHello, encodeHello, type Hello, ROLE_FOLLOWER, ROLE_LIGHT, ROLE_VALIDATOR } from "./hello.ts";
export { makeTlsIdentity, peerIdOf, type TlsIdentity } from "./identity.ts";
export { DEFAULT_LIMITS, type NetLimits, type Rate } from "./limits.ts";
export { createPeerNetwork } from "./network.ts";
export type {
  Address,
  HelloTarget,
  NetHandlers,
  PeerIndex,
  PeerInfo,
  PeerNetwork,
  PeerNetworkOptions,
  UpstreamPeer,
  ValidatorPeer,
} from "./types.ts";
