import type { Module } from "../../runtime/module.ts";
import { judgeLiveness } from "./liveness.ts";
import { PenaltyApplied } from "./penalty.ts";
import { EvidenceAccepted, SubmitEvidence } from "./submitEvidence.ts";

/** Offences and their penalties (kratos-core 8). */
export const slashingModule: Module = {
  name: "slashing",
  calls: [SubmitEvidence],
  events: [EvidenceAccepted, PenaltyApplied],
  epoch: { liveness: judgeLiveness },
};
