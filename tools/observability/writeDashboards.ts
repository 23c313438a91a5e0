// Run after changing a dashboard's description: node tools/observability/writeDashboards.ts
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dashboardFiles } from "./dashboards/dashboardFiles.ts";

const files = dashboardFiles();
for (const [path, text] of files) writeFileSync(path, text);
// The formatter has its own idea of short lists.
const biome = join(import.meta.dirname, "../../node_modules/.bin/biome");
const { status } = spawnSync(biome, ["format", "--write", ...files.map(([path]) => path)], { stdio: "inherit" });
process.exitCode = status ?? 1;
