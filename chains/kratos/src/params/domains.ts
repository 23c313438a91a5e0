import { asciiBytes } from "@polis/codec";

/** Every domain prefix of both parts of the specification (kratos-core 1.5). No one is a prefix of another. */
export const domains = {
  transaction: "KRATOS_TRANSACTION_V1:",
  stakingDelegation: "KRATOS_STAKING_V1:",
  blockHeader: "KRATOS_BLOCK_HEADER_V1:",
  crossChainMessage: "KRATOS_XCHAIN_MSG_V1:",
  vrfProof: "KRATOS_VRF_PROOF_V1:",
  dnsHeartbeat: "KRATOS_DNS_HEARTBEAT_V1:",
  finality: "KRATOS_FINALITY_V1:",
  signedPeers: "KRATOS_IDPEERS_V1:",
  governance: "KRATOS_GOVERNANCE_V1:",
  fork: "KRATOS_FORK_V1:",
  arbitration: "KRATOS_ARBITRATION_V1:",
  epochRandomness: "KRATOS_EPOCH_RANDOMNESS_V1:",
  stateRoot: "KRATOS_STATE_ROOT_V1:",
  randomnessAccumulator: "KRATOS_RANDAO_V1:",
  merkleProof: "KRATOS_MERKLE_PROOF_V1:",
  slotLeader: "KRATOS_SLOT_LEADER_V1:",
  emergencyExit: "KRATOS_EMERGENCY_EXIT_V1:",
  identity: "KRATOS_IDENTITY_V1:",
  slashing: "KRATOS_SLASHING_V1:",
  jury: "KRATOS_JURY_V1:",
  dispute: "KRATOS_DISPUTE_V1:",
} as const;

/** The bytes that a signed or hashed message of a context begins with. */
export function domainBytes(context: keyof typeof domains): Uint8Array {
  return asciiBytes(domains[context]);
}
