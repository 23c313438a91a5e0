import { type Effect, shownBy } from "./effect.ts";

const admin = "admin/admin.test.ts";

/** Keys of listeners whose effect needs a client of its own: certificates, tokens, names. */
export const listenerKeys: readonly Effect[] = [
  shownBy("admin.enabled", "admin/startAdmin.ts", [admin, "a default node listens where it must"]),
  shownBy("admin.listen_addr", "admin/startAdmin.ts", [admin, "kairos admin: the same on the command line"]),
  shownBy("admin.token_file", "admin/startAdmin.ts", [admin, "every method wants the token"]),
];
