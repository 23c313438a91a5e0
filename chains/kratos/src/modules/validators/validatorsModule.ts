import type { Module } from "../../runtime/module.ts";
import { RegisterValidator } from "./registerValidator.ts";
import { UnregisterValidator } from "./unregisterValidator.ts";
import { ValidatorRegistered, ValidatorStatusChanged, ValidatorUnregistered } from "./validatorEvents.ts";

/** Who validates (kratos-core 4). */
export const validatorsModule: Module = {
  name: "validators",
  calls: [RegisterValidator, UnregisterValidator],
  events: [ValidatorRegistered, ValidatorUnregistered, ValidatorStatusChanged],
};
