#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Six validators of a local network load the same files: one strips and compiles them, the others read the result.
enableCompileCache();
const { runKairos } = await import("./program.ts");
const { leave } = await import("./run/leave.ts");

leave(await runKairos(process.argv.slice(2)));
