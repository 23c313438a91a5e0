import type { Benchmark } from "../types.ts";
import { kratosImport, kratosProduce } from "./blocks.ts";
import { kratosCatchUp } from "./catchUp.ts";
import { kratosBootstrap, kratosEpoch } from "./epochs.ts";
import { kratosFinalityLag } from "./finalityLag.ts";
import { kratosSync } from "./sync.ts";
import { kratosVrf } from "./vrf.ts";
import { kratosWeights } from "./weights.ts";

/** Every benchmark of KratOs, in the order of the table. */
export const kratosBenchmarks: readonly Benchmark[] = [
  kratosProduce,
  kratosImport,
  kratosEpoch,
  kratosBootstrap,
  kratosWeights,
  kratosVrf,
  kratosCatchUp,
  kratosSync,
  kratosFinalityLag,
];
