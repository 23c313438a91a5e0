import { building } from "./building.ts";
import { database } from "./database.ts";
import { evmLedger } from "./evm/ledgerBench.ts";
import { evmPrograms } from "./evm/programsBench.ts";
import { rpcReads } from "./evm/rpcBench.ts";
import { stateRoot } from "./evm/stateRoot.ts";
import { finalityIdle } from "./finalityIdle.ts";
import { finalizeWrite } from "./finalizeWrite.ts";
import { followerSync } from "./followerSync.ts";
import { listenerAttacks } from "./grpc/attackBench.ts";
import { grpcCalls } from "./grpc/grpcCalls.ts";
import { blockSubscribers } from "./grpc/subscribersBench.ts";
import { interfacesOn } from "./interfacesOn.ts";
import { lightClient } from "./lightClient.ts";
import { memory } from "./memory.ts";
import { observing } from "./observing.ts";
import { paymentsOne, paymentsSix, transfersOne } from "./payments.ts";
import { recovery } from "./recovery.ts";
import { regions } from "./regions.ts";
import { remoteSigner } from "./remoteSigner.ts";
import { simulator } from "./simulator.ts";
import { split } from "./split.ts";
import { start } from "./start.ts";
import type { Benchmark } from "./types.ts";
import { validation } from "./validation.ts";
import { visualizerStreams } from "./visualizerStreams.ts";

/** Every benchmark, in the order of the table. */
export const benchmarks: readonly Benchmark[] = [
  regions,
  finalityIdle,
  paymentsSix,
  paymentsOne,
  validation,
  building,
  finalizeWrite,
  simulator,
  start,
  memory,
  recovery,
  remoteSigner,
  followerSync,
  database,
  split,
  evmPrograms,
  evmLedger,
  transfersOne,
  stateRoot,
  rpcReads,
  grpcCalls,
  blockSubscribers,
  listenerAttacks,
  visualizerStreams,
  observing,
  interfacesOn,
  lightClient,
];
