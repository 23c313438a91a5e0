import { statSync } from "node:fs";
import { readRecordFile } from "../genesis/recordFile.ts";
import { type DataDirectory, findDataDirectory } from "./dataDirectory.ts";

/** The flags that name a data directory. */
export interface DataFlags {
  readonly basePath?: string;
  readonly chain: string;
}

/** `-d, --base-path`, for commander's `option`. */
export const basePathOption = ["-d, --base-path <folder>", "data directory; or KRATOS_BASE_PATH"] as const;

/** `--chain`, for commander's `option`. */
export const chainOption = ["--chain <chain>", "name of the chain, or its genesis record file", "kratos"] as const;

/** True when `--chain` names a file and not a chain. The default is a name, whatever lies in the folder where one stands. */
export function isRecordFile(chain: string): boolean {
  if (chain.endsWith(".json") || chain.includes("/")) return true;
  return chain !== chainOption[2] && (statSync(chain, { throwIfNoEntry: false })?.isFile() ?? false);
}

/** The data directory that flags name. @throws UserError */
export function dataOf({ basePath, chain }: DataFlags): DataDirectory {
  const needsName = basePath === undefined && (process.env.KRATOS_BASE_PATH ?? "") === "";
  return findDataDirectory(basePath, needsName && isRecordFile(chain) ? readRecordFile(chain).chainName : chain);
}
