import type { Digest } from "@polis/codec";
import { type Genesis, GenesisJoin, type JoinEffect, PeerBook, Wire } from "@polis/kratos";
import type { Row, Store } from "@polis/ports";
import { UserError } from "../../errors.ts";
import { kratosCodec } from "../data/chainData.ts";
import { kratosProtocol } from "../protocol.ts";
import { driveLink } from "./driveLink.ts";
import type { LinkHost } from "./linkHost.ts";

/** What a node without a chain knows of the one it wants to join (kratos-core 12.10). */
export interface JoinWish {
  readonly chainName: string;
  readonly pin: Digest | undefined;
  readonly acceptFewer: boolean;
}

/** What peers said a chain begins with, and what is to be remembered of them. */
export interface JoinedChain {
  readonly genesis: Genesis;
  readonly rows: readonly Row[];
}

type Own = Extract<JoinEffect, { readonly kind: "joined" | "failed" }>;

/** There is no store yet; bans of this time go into the chain's store once there is one. */
const nothingStored: Pick<Store, "range"> = { range: () => [] };

/**
 * Asks the network for the genesis of a chain (kratos-core 12.10).
 * @param signal ends the attempt when the program is to stop
 * @throws UserError with the code and the hint of the failure
 */
export async function joinChain(
  link: LinkHost,
  { chainName, pin, acceptFewer }: JoinWish,
  signal: AbortSignal,
): Promise<JoinedChain> {
  const rows: Row[] = [];
  let id = 1;
  const join = new GenesisJoin({
    ...{ chainName, pin, acceptFewer, wire: new Wire(kratosCodec), book: new PeerBook(nothingStored) },
    ...{ protocolVersion: kratosProtocol, nextId: () => id++ },
  });
  const genesis = await driveLink<Own, Genesis>(
    link,
    {
      step: (now, event) => join.step(now, event),
      carry: (effect, end) => {
        if (effect.kind === "joined") end.resolve(effect.genesis);
        else if (effect.kind === "failed") end.reject(new UserError(effect.code, effect.message, effect.hint));
        else if (effect.kind === "remember") rows.push(...effect.rows);
      },
    },
    signal,
  );
  return { genesis, rows };
}
