import type { CommandEntry } from "../../commands/table.ts";

/** The line of the table of commands. */
export const walletCommand: CommandEntry = { name: "wallet", load: () => import("./wallet.ts") };
