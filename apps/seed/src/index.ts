/** Public surface of this package: a seed server of KratOs as a library. */
export { SeedError } from "./errors.ts";
export { createLog, type Log } from "./log.ts";
export { type SeedOptions, type SeedServer, startSeed } from "./startSeed.ts";
