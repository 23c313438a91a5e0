import type { CommandEntry } from "../../commands/table.ts";

/** The line of the table of commands. */
export const economicsCommand: CommandEntry = { name: "economics", load: () => import("./economics.ts") };
