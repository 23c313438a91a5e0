import type { Replica } from "@polis/minimmit";
import type { PeerNetwork } from "@polis/net";
import type { Logger } from "@polis/ports";
import type { Config } from "../config/schema.ts";
import type { Chain } from "../node/chain.ts";
import type { MetricsRegistry } from "../telemetry/metrics.ts";

/** The running node as the admin interface sees it. */
export interface AdminNode {
  readonly config: Config;
  readonly chain: Chain;
  readonly replica: Replica;
  readonly network: PeerNetwork;
  readonly metrics: MetricsRegistry;
  /** Its levels can be changed when it is a LevelLogger. */
  readonly logger: Logger;
  /** Asks the program around the node to stop it. @returns false when nobody listens */
  readonly requestShutdown: () => boolean;
}
