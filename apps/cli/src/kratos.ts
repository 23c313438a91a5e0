#!/usr/bin/env node
import { economicsCommand } from "./kratos/economics/economicsCommand.ts";
import { simCommand } from "./kratos/sim/simCommand.ts";
import { runProgram } from "./program.ts";

process.exitCode = await runProgram(
  {
    name: "kratos",
    description:
      "KratOs: a chain on which communities govern themselves. Begun: its core in a simulator, and its economics.",
    example: "kratos economics --years 20",
    commands: [economicsCommand, simCommand],
  },
  process.argv.slice(2),
);
