#!/usr/bin/env node
import { kratosCommands } from "./kratos/commandTable.ts";
import { runProgram } from "./program.ts";
import { leave } from "./run/leave.ts";

const code = await runProgram(
  {
    name: "kratos",
    description: "KratOs: a chain on which communities govern themselves.",
    example: "kratos localnet",
    commands: kratosCommands,
  },
  process.argv.slice(2),
);
leave(code);
