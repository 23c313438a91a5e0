import type { BlockContext } from "../../runtime/context.ts";
import type { Module } from "../../runtime/module.ts";
import { meta } from "../meta/meta.ts";
import { ClockAttest, ClockAttested } from "./clockAttest.ts";
import { ClockStatusChanged, showClock } from "./clockEvent.ts";

/** Seconds after the start of its slot up to which a block shows a good clock (kratos-core 11.3). */
const GOOD_SECONDS = 2;

/** The clocks of validators, as blocks show them (kratos-core 11). */
export const clockModule: Module = {
  name: "clock",
  calls: [ClockAttest],
  events: [ClockAttested, ClockStatusChanged],
  afterTransactions: judgeAuthor,
};

function judgeAuthor(context: BlockContext): void {
  const { block, state } = context;
  const offset = (block.timestamp - state.get(meta).genesisTimestamp) % block.params.slotSeconds;
  showClock(context, block.author, offset <= GOOD_SECONDS ? "good" : "bad");
}
