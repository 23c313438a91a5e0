export { attackerNamed } from "./attackers/attackers.ts";
export { ATTACKER_NAMES } from "./attackers/names.ts";
export { SOMETIMES } from "./checkers/sometimes.ts";
export { SimDisk } from "./disk/simDisk.ts";
export { mockTextDigest } from "./mock/mockDigest.ts";
export { mockLedger } from "./mock/mockLedger.ts";
export { mockScheme } from "./mock/mockScheme.ts";
export { mockThreshold } from "./mock/mockThreshold.ts";
export type { DelayModel } from "./network/delays.ts";
export { Recorder } from "./play/recorder.ts";
export {
  checkScenario,
  FAULTY_NAMES,
  type PlannedFault,
  SCENARIO_LIMITS,
  type Scenario,
  ScenarioError,
} from "./play/scenario.ts";
export { formatScenario, parseScenario } from "./play/scenarioText.ts";
export { type Play, playScenario, playSeed, quorumFor, startPlay } from "./play/startPlay.ts";
export * from "./play/trace.ts";
export { createEventQueue, type EventQueue, type Timed } from "./queue/eventQueue.ts";
export { createPrng, type Prng } from "./random/prng.ts";
export { createRunHash, type RunHash } from "./random/runHash.ts";
export { REGION_COUNT, REGIONS, regionDelay } from "./regions/regionLatency.ts";
export type { RegionOptions, RegionReport } from "./regions/simulateRegions.ts";
export { simulateRegions } from "./regions/simulateRegions.ts";
export { multisigScheme } from "./run/multisig.ts";
export type { Absence, FaultKind, SimReport, SimulateOptions } from "./run/options.ts";
export { FAULT_KINDS, RANDOM_LEADERS, SIM_CONSENSUS } from "./run/options.ts";
export type { CampaignReport, SeedOverrides } from "./run/runSeed.ts";
export { campaign, faultKindsOf, mergeCampaigns, profileOf, runSeed } from "./run/runSeed.ts";
export { simulate } from "./run/simulate.ts";
export { thresholdScheme } from "./run/threshold.ts";
export { type Stage, stage } from "./scenarios/stage.ts";
export type * from "./types.ts";
