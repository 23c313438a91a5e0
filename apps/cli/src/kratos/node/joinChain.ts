import { type Digest, millis } from "@polis/codec";
import {
  type Genesis,
  GenesisJoin,
  type JoinEffect,
  type JoinEvent,
  nodeTableNames,
  PeerBook,
  Wire,
} from "@polis/kratos";
import type { Row } from "@polis/ports";
import { createMemoryStorage } from "@polis/storage";
import { UserError } from "../../errors.ts";
import { kratosCodec } from "../data/chainData.ts";
import { kratosProtocol } from "../protocol.ts";
import { EffectQueue } from "./effectQueue.ts";
import { type LinkHost, verdictAmong } from "./linkHost.ts";
import { WallTimer } from "./wallTimer.ts";

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

/**
 * Asks the network for the genesis of a chain (kratos-core 12.10).
 * @param signal ends the attempt when the program is to stop
 * @throws UserError with the code and the hint of the failure
 */
export async function joinChain(link: LinkHost, wish: JoinWish, signal: AbortSignal): Promise<JoinedChain> {
  const done = Promise.withResolvers<Genesis>();
  const rows: Row[] = [];
  let nextId = 1;
  // There is no store yet; bans of this time go into the chain's store with its genesis.
  const book = new PeerBook(createMemoryStorage({ tables: [...nodeTableNames] }).store);
  const wire = new Wire(kratosCodec);
  const join = new GenesisJoin({ ...wish, wire, book, protocolVersion: kratosProtocol, nextId: () => nextId++ });
  const timer = new WallTimer(() => step({ kind: "timer" }));
  const carry = (effect: JoinEffect): undefined => {
    if (effect.kind === "joined") done.resolve(effect.genesis);
    else if (effect.kind === "failed") {
      done.reject(new UserError(effect.code, effect.message, effect.hint));
    } else if (effect.kind === "setTimer") timer.set(effect.at);
    else if (effect.kind === "remember") rows.push(...effect.rows);
    else if (effect.kind !== "report") link.carry(effect);
  };
  const queue = new EffectQueue<JoinEffect>(carry, done.reject);
  const step = (event: JoinEvent) => {
    const effects = join.step(millis(Date.now()), event);
    queue.push(effects);
    return verdictAmong(effects);
  };
  const stop = (): void => done.reject(new UserError("STOPPED", "stopped while joining", "start it again"));
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    step({ kind: "start" });
    link.listen(step);
    return { genesis: await done.promise, rows };
  } finally {
    signal.removeEventListener("abort", stop);
    timer.close();
    link.listen(undefined);
    await queue.close();
  }
}
