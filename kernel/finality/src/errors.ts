/** Faults of peers that the gadget names. Those with the verdict "ignore" can come from a correct peer that is behind. */
export type FinalityFaultCode =
  | "FINALITY_NOT_A_VOTER"
  | "FINALITY_SIGNATURE"
  | "FINALITY_OTHER_SET"
  | "FINALITY_ROUND"
  | "FINALITY_TARGET"
  | "FINALITY_BEYOND_HANDOFF"
  | "FINALITY_TOO_FEW"
  | "FINALITY_TWICE"
  | "FINALITY_ANCESTRY";
