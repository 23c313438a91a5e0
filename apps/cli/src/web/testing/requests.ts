/** Run with --experimental-vm-modules: reads a list of module texts, writes what V8 says that each imports. */
import { readFileSync } from "node:fs";
import { SourceTextModule } from "node:vm";

const texts = JSON.parse(readFileSync(0, "utf8")) as string[];
const requests = texts.map((text) => new SourceTextModule(text).moduleRequests.map(({ specifier }) => specifier));
process.stdout.write(JSON.stringify(requests));
