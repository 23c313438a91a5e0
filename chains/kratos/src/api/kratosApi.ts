import { authorMethods } from "./authorMethods.ts";
import { chainMethods } from "./chainMethods.ts";
import { chainStateMethods } from "./chainStateMethods.ts";
import type { Method } from "./method.ts";
import { stateMethods } from "./stateMethods.ts";
import { systemMethods } from "./systemMethods.ts";
import { validatorMethods } from "./validatorMethods.ts";

/**
 * Every JSON-RPC method of a KratOs node (kratos-core 13.3), as plain data for the server, the client and the documentation.
 * A server hands over the parameters as they came: the methods read them, name the wrong one, and never throw on input.
 */
export const kratosApi: Readonly<Record<string, Method>> = {
  ...chainMethods,
  ...stateMethods,
  ...authorMethods,
  ...systemMethods,
  ...validatorMethods,
  ...chainStateMethods,
};
