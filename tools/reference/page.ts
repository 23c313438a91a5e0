/** One page of docs/reference: its file name and the whole text. */
export interface Page {
  readonly file: string;
  readonly text: string;
}

/** A page that says where it comes from. */
export function page(file: string, title: string, intro: string, body: readonly string[]): Page {
  const note = "<!-- Made from the code by: node tools/reference/write.ts -->";
  return { file, text: `${[note, "", `# ${title}`, "", intro, "", ...body].join("\n").trimEnd()}\n` };
}

/** A Markdown table; cells may hold anything. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cellText(cell)).join(" | ")} |`;
  return [line(heads), `|${heads.map(() => "---").join("|")}|`, ...rows.map(line), ""];
}

/** A value as code, or a dash when there is none. */
export function code(value: string | undefined): string {
  return value === undefined || value === "" ? "–" : `\`${value}\``;
}

function cellText(cell: string): string {
  return cell.replaceAll("\n", " ").replaceAll("|", "\\|");
}
