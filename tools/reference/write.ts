import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandsPage, kratosCommandsPage } from "./commands.ts";
import { configurationPage } from "./configuration.ts";
import { errorsPage } from "./errors.ts";
import { jsonRpcPage } from "./jsonRpc.ts";
import { kratosRpcPage } from "./kratosRpc.ts";
import { kratosMetricsPage, metricsPage } from "./metrics.ts";
import type { Page } from "./page.ts";

/** Where the pages lie. */
export const folder: string = join(import.meta.dirname, "../../docs/reference");

/** All pages that are made from the code. gRPC has docs/grpc.md, made by tools/proto/reference.ts. */
export async function referencePages(): Promise<readonly Page[]> {
  const kairos = [configurationPage(), await commandsPage(), metricsPage(), errorsPage(), jsonRpcPage()];
  return [...kairos, await kratosCommandsPage(), kratosMetricsPage(), kratosRpcPage()];
}

if (import.meta.main) {
  mkdirSync(folder, { recursive: true });
  for (const { file, text } of await referencePages()) writeFileSync(join(folder, file), text);
}
