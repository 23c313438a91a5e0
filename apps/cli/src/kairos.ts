#!/usr/bin/env node
import { runKairos } from "./program.ts";

process.exitCode = await runKairos(process.argv.slice(2));
