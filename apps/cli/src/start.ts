#!/usr/bin/env node
import { startBoth } from "./start/startBoth.ts";

process.exitCode = await startBoth(process.argv.slice(2));
