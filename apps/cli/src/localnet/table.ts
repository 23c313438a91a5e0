import type { NodeReport } from "./nodeReport.ts";

/** One line of the live table. */
export interface TableRow {
  readonly node: number;
  readonly state: "starting" | "running" | "stopped";
  readonly report: NodeReport | undefined;
  readonly paymentsPerSecond: number;
}

export interface TableTotals {
  readonly elapsedS: number;
  readonly finalityMs: { readonly p50: number | null; readonly p99: number | null };
  readonly paymentFinalityMs: { readonly p50: number | null; readonly p99: number | null };
  readonly rpc: string;
  /** Where the visualizers are, if there are any. */
  readonly dashboard?: string | undefined;
}

const COLUMNS = [
  "node",
  "state",
  "view",
  "final height",
  "payments/s",
  "payments",
  "peers",
  "pending",
  "memory",
] as const;
const WIDTHS = [4, 8, 9, 12, 10, 10, 5, 7, 8] as const;

/**
 * Draws the state of a local network as text lines, one per validator.
 * @returns lines without terminal codes, so that they can be tested and piped.
 */
export function renderTable(rows: readonly TableRow[], totals: TableTotals): readonly string[] {
  const header = COLUMNS.map((name, i) => name.padStart(WIDTHS[i] ?? 0)).join("  ");
  const lines = rows.map((row) => {
    const r = row.report;
    const cells = [
      String(row.node),
      row.state,
      r ? String(r.view) : "-",
      r ? String(r.finalizedHeight) : "-",
      row.paymentsPerSecond.toFixed(0),
      r ? String(r.finalizedPayments) : "-",
      r ? String(r.peers) : "-",
      r ? String(r.pending) : "-",
      r ? `${(r.rssBytes / 1048576).toFixed(0)} MB` : "-",
    ];
    return cells.map((cell, i) => cell.padStart(WIDTHS[i] ?? 0)).join("  ");
  });
  const ms = (value: number | null) => (value === null ? "-" : `${value} ms`);
  return [
    header,
    ...lines,
    "",
    `block finality p50 ${ms(totals.finalityMs.p50)}, p99 ${ms(totals.finalityMs.p99)}   ` +
      `payment finality p50 ${ms(totals.paymentFinalityMs.p50)}, p99 ${ms(totals.paymentFinalityMs.p99)}   ` +
      `${totals.elapsedS.toFixed(0)} s`,
    `JSON-RPC of node i: ${totals.rpc}   ${totals.dashboard === undefined ? "" : `dashboard: ${totals.dashboard}   `}` +
      "stop with Ctrl-C",
  ];
}

/** Redraws lines in place on a terminal; writes nothing into a pipe. */
export function createLiveDisplay(stream: NodeJS.WriteStream): { draw(lines: readonly string[]): void; end(): void } {
  let drawn = 0;
  return {
    draw: (lines) => {
      if (!stream.isTTY) return;
      const up = drawn > 0 ? `\u001b[${drawn}A` : "";
      const width = stream.columns ?? 120;
      stream.write(up + lines.map((line) => `\u001b[2K${line.slice(0, width)}\n`).join(""));
      drawn = lines.length;
    },
    end: () => {
      drawn = 0;
    },
  };
}
