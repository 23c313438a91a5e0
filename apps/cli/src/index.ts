/** Public surface of this package: a Kairos node as a library (kairos 18.4). */
export { ConfigError, UserError } from "./errors.ts";
export { NodeConfig } from "./library/nodeConfig.ts";
export type { NodeEvents } from "./library/nodeEmitter.ts";
export { RpcNode, type RpcNodeOptions } from "./library/rpcNode.ts";
export { ShutdownError } from "./library/shutdownError.ts";
export { type LoadIdentityOptions, ValidatorIdentity } from "./library/validatorIdentity.ts";
export { ValidatorNode, type ValidatorNodeEvents, type ValidatorNodeOptions } from "./library/validatorNode.ts";
export type { FinalBlock } from "./node/nodeEvents.ts";
export type { Readiness } from "./telemetry/healthServer.ts";
export { createMetrics, type MetricsRegistry } from "./telemetry/metrics.ts";
export { createModuleGraph, type ModuleGraph } from "./web/moduleGraph.ts";
export { writeModules } from "./web/writeModules.ts";
