import { type Digest, type Kce, kceDigest, kceRecord, kceU32 } from "@polis/codec";
import { noEntries } from "@polis/state";
import { defineItem, type Item } from "../state/item.ts";

/** Root and number of the events of a block (kratos-core 2.9). */
export interface EventsEntry {
  readonly root: Digest;
  readonly count: number;
}

const kceEvents: Kce<EventsEntry> = kceRecord({ root: kceDigest, count: kceU32 });

/** `events` (kratos-core 3.4), replaced in every block. */
export const eventsEntry: Item<EventsEntry> = defineItem<EventsEntry>("events", {
  codec: kceEvents,
  maxBytes: 36,
  missing: { root: noEntries, count: 0 },
});
