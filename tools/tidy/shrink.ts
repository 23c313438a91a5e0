import { join } from "node:path";
import { checkAll } from "./check.ts";
import { shrink } from "./ratchet.ts";
import { readRepo } from "./repo.ts";

// Run after paying a debt: node tools/tidy/shrink.ts
const root = join(import.meta.dirname, "../..");
shrink(join(root, "tools/tidy.ratchet.json"), checkAll(readRepo(root)));
