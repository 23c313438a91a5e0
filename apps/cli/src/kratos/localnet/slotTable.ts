/** What a slot brought: a block of a leader, or nothing. */
export interface SlotRow {
  readonly slot: number;
  readonly epoch: number;
  readonly block: { readonly number: number; readonly validator: number; readonly transactions: number } | undefined;
  /** Last final block of each validator; undefined for one that does not answer. */
  readonly finals: readonly (number | undefined)[];
}

const WIDTHS = { slot: 6, epoch: 5, block: 6, leader: 6, transfers: 9 } as const;

/** The head of the table. @param validators how many there are */
export function slotHeader(validators: number): string {
  const columns = Object.entries(WIDTHS).map(([name, width]) => name.padStart(width));
  return `${columns.join("  ")}  final at ${validators === 1 ? "node 0" : `nodes 0 to ${validators - 1}`}`;
}

/**
 * One slot as a line.
 * @example "     7      0       6       2          3  5  5  5  4"
 */
export function slotLine({ slot, epoch, block, finals }: SlotRow): string {
  const cells = [
    `${slot}`.padStart(WIDTHS.slot),
    `${epoch}`.padStart(WIDTHS.epoch),
    (block === undefined ? "missed" : `${block.number}`).padStart(WIDTHS.block),
    (block === undefined ? "" : `${block.validator}`).padStart(WIDTHS.leader),
    (block === undefined ? "" : `${block.transactions}`).padStart(WIDTHS.transfers),
  ];
  return `${cells.join("  ")}  ${finals.map((final) => final ?? "-").join("  ")}`;
}
