// Writes the light wallet as a folder of static files, for any web server:
//
//   npx node examples/light-wallet/build.ts <folder> <genesis.json>
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createModuleGraph, writeModules } from "@polis/cli";

const [folder, genesis] = process.argv.slice(2);
if (folder === undefined || genesis === undefined) {
  throw new Error("usage: npx node examples/light-wallet/build.ts <folder> <genesis.json>");
}
mkdirSync(folder, { recursive: true });
for (const file of ["index.html", "style.css", "wallet.js"]) {
  copyFileSync(join(import.meta.dirname, file), join(folder, file));
}
copyFileSync(genesis, join(folder, "genesis.json"));
writeModules(createModuleGraph({ entries: { sdk: "@polis/sdk" }, from: import.meta.url }), folder);
console.log(`the light wallet is in ${folder}; serve it with any web server`);
