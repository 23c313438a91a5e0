export * from "./clock.ts";
export * from "./drawLeader.ts";
export { integerSqrt, mulQ, ONE_Q64, type Q64, sqrtStake } from "./fixedPoint.ts";
export * from "./leaderWeight.ts";
export * from "./naturalLog.ts";
export * from "./randomness.ts";
export * from "./snapshot.ts";
