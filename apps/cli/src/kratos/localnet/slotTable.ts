/** What a slot brought: a block of a leader, or nothing. */
export interface SlotRow {
  readonly slot: number;
  readonly epoch: number;
  readonly block: { readonly number: number; readonly validator: number; readonly transactions: number } | undefined;
  /** Last final block of each validator; undefined for one that does not answer. */
  readonly finals: readonly (number | undefined)[];
}

const WIDTHS = { slot: 6, epoch: 5, block: 6, leader: 6, transfers: 9 } as const;

/** The head of the table. */
export function slotHeader(): string {
  const columns = Object.entries(WIDTHS).map(([name, width]) => name.padStart(width));
  return `${columns.join("  ")}  ${"final".padStart(WIDTHS.block)}`;
}

/**
 * One slot as a line. What is final stands there once where all nodes agree, else for one after the other.
 * @example "     7      0       6       2          3       5"
 */
export function slotLine({ slot, epoch, block, finals }: SlotRow): string {
  const cells = [
    `${slot}`.padStart(WIDTHS.slot),
    `${epoch}`.padStart(WIDTHS.epoch),
    (block === undefined ? "missed" : `${block.number}`).padStart(WIDTHS.block),
    (block === undefined ? "" : `${block.validator}`).padStart(WIDTHS.leader),
    (block === undefined ? "" : `${block.transactions}`).padStart(WIDTHS.transfers),
  ];
  const said = new Set(finals).size === 1 ? finals.slice(0, 1) : finals;
  return `${cells.join("  ")}  ${said.map((final) => `${final ?? "-"}`.padStart(WIDTHS.block)).join("")}`;
}
