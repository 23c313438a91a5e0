import type { Module } from "../../runtime/module.ts";
import { Transfer, Transferred } from "./transfer.ts";

/** Accounts and transfers (kratos-core 2). */
export const accountsModule: Module = { name: "accounts", calls: [Transfer], events: [Transferred] };
