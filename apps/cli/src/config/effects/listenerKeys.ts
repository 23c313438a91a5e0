import { type Effect, shownBy } from "./effect.ts";

const admin = "admin/admin.test.ts";
const listeners = "listeners/listeners.test.ts";
const tls = ["listeners/tlsOf.ts", [listeners, "a node speaks TLS on JSON-RPC, metrics and visualizer"]] as const;
const adminTls = ["listeners/tlsOf.ts", ["admin/adminTls.test.ts", "admin.tls_cert and tls_key"]] as const;

/** Keys of listeners whose effect needs a client of its own: certificates, tokens, names. */
export const listenerKeys: readonly Effect[] = [
  shownBy("admin.enabled", "admin/startAdmin.ts", [admin, "a default node listens where it must"]),
  shownBy("admin.listen_addr", "admin/startAdmin.ts", [admin, "kairos admin: the same on the command line"]),
  shownBy("admin.token_file", "admin/startAdmin.ts", [admin, "every method wants the token"]),
  ...["jsonrpc", "metrics", "visualizer"].flatMap((section) => [
    shownBy(`${section}.tls_cert`, ...tls),
    shownBy(`${section}.tls_key`, ...tls),
  ]),
  shownBy("admin.tls_cert", ...adminTls),
  shownBy("admin.tls_key", ...adminTls),
  shownBy("visualizer.allowed_hosts", "visualizer/startVisualizer.ts", [
    "visualizer/serveVisualizer.test.ts",
    "a name that was made to point here is refused",
  ]),
];
