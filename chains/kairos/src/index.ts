export * from "./addresses.ts";
export type {
  ApiBlock,
  EvidenceEntry,
  FinalityProof,
  KairosBackend,
  NodeFacts,
  NodeStatus,
  UnfinalTransaction,
  ValidatorSet,
  ViewFacts,
} from "./api/backend.ts";
export { blockJson, headerJson } from "./api/blockJson.ts";
export { type BackendParts, createBackend } from "./api/createBackend.ts";
export { errorAnswer } from "./api/errorAnswer.ts";
export { type ApiEvent, type ApiEvents, createApiEvents } from "./api/events.ts";
export { effectiveGasPrice, feeCapOf, tipCapOf } from "./api/gasPrices.ts";
export { isLongPast } from "./api/isLongPast.ts";
export { kairosApi } from "./api/kairosApi.ts";
export { type ApiLimits, defaultApiLimits } from "./api/limits.ts";
export type { LogCriteria } from "./api/logCriteria.ts";
export { logJson } from "./api/logJson.ts";
export {
  type Answer,
  type ApiError,
  type CallInfo,
  type Json as ApiJson,
  type Method,
  method,
  type Opened,
  refusal,
  result,
  type SubscribeMethod,
  type UnsubscribeMethod,
} from "./api/method.ts";
export type { BlockRef, FieldsOf, ParamSpec } from "./api/paramSpec.ts";
export { PrunedHistoryError } from "./api/prunedHistoryError.ts";
export { firstLogIndexes, receiptJson } from "./api/receiptJson.ts";
export { kairosSubscriptions } from "./api/subscriptions.ts";
export { transactionJson } from "./api/transactionJson.ts";
export * from "./block/checkSeed.ts";
export * from "./block/envelope.ts";
export * from "./block/extraData.ts";
export { blockTimeMs, encodeHeader, type Header, readHeader } from "./block/header.ts";
export * from "./block/inspectBlock.ts";
export * from "./block/prevRandao.ts";
export { createCallWorld } from "./calls/createCallWorld.ts";
export { findLogs, type LogsJob, type LogWorld } from "./calls/findLogs.ts";
export type { CallJob, CallRequest, JobResult, SimulateJob, TracerChoice } from "./calls/job.ts";
export { runJob } from "./calls/runJob.ts";
export type { CallWorld, StateProofs } from "./calls/world.ts";
export * from "./errors.ts";
export { encodeEthereum } from "./ethereum/encodeEthereum.ts";
export { type EthereumDraft, signAuthorization, signEthereumTransaction } from "./ethereum/signEthereum.ts";
export type * from "./ethereum/types.ts";
export * from "./fees/nextBaseFee.ts";
export * from "./fees/paymentFee.ts";
export * from "./fees/smoothGas.ts";
export * from "./genesis/canonicalJson.ts";
export * from "./genesis/genesisBlock.ts";
export * from "./genesis/genesisDocument.ts";
export * from "./genesis/genesisError.ts";
export * from "./genesis/genesisState.ts";
export * from "./genesis/inlineGenesis.ts";
export * from "./genesis/parseGenesis.ts";
export type * from "./genesis/types.ts";
export * from "./genesis/verifyGenesisKeys.ts";
export { addressPlacesAfter } from "./ledger/addressPlacesAfter.ts";
export type { Admitted } from "./ledger/admit.ts";
export type { BlockTally } from "./ledger/blockTally.ts";
export type { BuildLimits } from "./ledger/buildBlock.ts";
export * from "./ledger/createKairosLedger.ts";
export { createLedgerEvm } from "./ledger/createLedgerEvm.ts";
export { type KeptBlocks, keptBlocksRow, readKeptBlocks } from "./ledger/keptBlocks.ts";
export { genesisRows } from "./ledger/loadFinal.ts";
export { logRowEnd } from "./ledger/logIndex.ts";
export { createLogTrail } from "./ledger/logTrail.ts";
export { eachParticipant } from "./ledger/participants.ts";
export * from "./ledger/poolConfig.ts";
export * from "./ledger/recount.ts";
export type * from "./ledger/types.ts";
export * from "./params.ts";
export * from "./payment/buildPayment.ts";
export * from "./payment/decodePayment.ts";
export * from "./payment/digests.ts";
export * from "./payment/encodePayment.ts";
export * from "./payment/paymentAddress.ts";
export * from "./payment/paymentGas.ts";
export * from "./payment/signPayment.ts";
export * from "./payment/types.ts";
export * from "./receipt/bloom.ts";
export * from "./receipt/decodeReceipt.ts";
export * from "./receipt/encodeReceipt.ts";
export * from "./receipt/log.ts";
export * from "./tables.ts";
export * from "./transaction/decodeTransaction.ts";
export type * from "./transaction/types.ts";
export * from "./usdc/faceSlots.ts";
export * from "./usdc/money.ts";
