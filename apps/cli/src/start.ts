#!/usr/bin/env node
import { leave } from "./run/leave.ts";
import { startBoth } from "./start/startBoth.ts";

leave(await startBoth(process.argv.slice(2)));
