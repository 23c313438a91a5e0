import type { CommandEntry } from "../../commands/table.ts";

/** The line of the table of commands. */
export const simCommand: CommandEntry = { name: "sim", load: () => import("./sim.ts") };
