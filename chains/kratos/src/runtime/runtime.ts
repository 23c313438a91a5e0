import type { Kce } from "@polis/codec";
import { kceWithTip, mayBeTipped, WITH_TIP_TAG } from "../modules/accounts/withTip.ts";
import type { AnyCallKind, Call } from "./call.ts";
import type { BlockContext } from "./context.ts";
import type { ChainEvent } from "./event.ts";
import { epochSteps, type Module } from "./module.ts";
import { kceTagged, type TaggedKind } from "./tagged.ts";

/** The modules of a chain, put together. */
export interface Runtime {
  readonly modules: readonly Module[];
  readonly call: Kce<Call>;
  readonly event: Kce<ChainEvent>;
  /** The kind of a call that came through this runtime's codec. */
  kindOf(call: Call): AnyCallKind;
  /** Runs the steps of the boundary into `context.block.epoch`. */
  enterEpoch(context: BlockContext): void;
}

/**
 * Puts modules together. Their order is the order of their work within a step.
 * @throws RangeError when two modules use one tag or name
 */
export function createRuntime(modules: readonly Module[]): Runtime {
  const calls = modules.flatMap(({ calls: own = [] }) => own);
  const events = modules.flatMap(({ events: own = [] }) => own);
  const kinds = new Map(calls.map((kind) => [kind.name, kind]));
  const inner = kceTagged(calls.filter(mayBeTipped)) as Kce<Call>;
  const withTip: TaggedKind = { tag: WITH_TIP_TAG, name: "WithTip", fields: kceWithTip(inner) };
  return {
    modules,
    call: kceTagged([...calls, withTip]) as Kce<Call>,
    event: kceTagged(events) as Kce<ChainEvent>,
    kindOf(call) {
      const kind = kinds.get(call.name);
      if (kind === undefined) throw new Error(`no module has the call ${call.name}`);
      return kind;
    },
    enterEpoch(context) {
      for (const step of epochSteps) for (const { epoch } of modules) epoch?.[step]?.(context);
    },
  };
}
