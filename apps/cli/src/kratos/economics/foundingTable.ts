/** A row of the founding documents' projection (kratos-core 9.8). */
export interface FoundingRow {
  readonly year: number;
  /** Millions of KRAT. */
  readonly published: number;
  /** Why the recomputed value differs; empty where it does not. */
  readonly remark: string;
}

/** The founding table, with what recomputing it showed. It is informative: the recomputed values count. */
export const foundingTable: readonly FoundingRow[] = [
  { year: 0, published: 1_000, remark: "" },
  { year: 1, published: 1_048, remark: "reached only without any burn" },
  { year: 5, published: 1_082, remark: "reached only with yearly steps, which miss year 20" },
  { year: 10, published: 1_025, remark: "reached only with yearly steps, which miss year 20" },
  { year: 20, published: 824, remark: "" },
];
