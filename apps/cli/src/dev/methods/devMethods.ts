import type { Method } from "@polis/kairos";
import type { DevNode } from "../devNode.ts";
import { accountMethods } from "./accountMethods.ts";
import { infoMethods } from "./infoMethods.ts";
import { miningMethods } from "./miningMethods.ts";
import { snapshotMethods } from "./snapshotMethods.ts";
import { stateMethods } from "./stateMethods.ts";

/** Every method that only a development node has (kairos 16.2 "dev only"). */
export function devMethods(node: DevNode): Readonly<Record<string, Method>> {
  return {
    ...accountMethods(node),
    ...miningMethods(node),
    ...snapshotMethods(node),
    ...stateMethods(node),
    ...infoMethods(node),
  };
}
