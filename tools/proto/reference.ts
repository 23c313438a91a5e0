import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
/** The page whose table comes from the proto files. */
export const page: string = join(root, "docs/grpc.md");
const files = ["account", "block", "transaction", "node", "subscription", "consensus", "admin"];
/** The table stands behind this line, up to the end of the page. */
const mark = "<!-- The rest of this page is made by: node tools/proto/reference.ts -->\n";

/** The page with the table that belongs to the proto files. */
export function referencePage(): string {
  const text = readFileSync(page, "utf8");
  const end = text.indexOf(mark);
  if (end < 0) throw new Error(`docs/grpc.md lacks the line ${mark}`);
  const tables = files.map((name) =>
    serviceTable(readFileSync(join(root, `clients/proto/proto/kairos/v1/${name}.proto`), "utf8")),
  );
  return `${text.slice(0, end)}${mark}\n${tables.join("\n")}`;
}

function serviceTable(proto: string): string {
  const [, name = "", body = ""] = /\nservice (\w+) \{\n([\s\S]*?)\n\}/.exec(proto) ?? [];
  const lines = [`### ${name}`, "", "| Method | Request | Response | What it does |", "|---|---|---|---|"];
  let comment: string[] = [];
  for (const line of body.split("\n")) {
    const rpc = /^ {2}rpc (\w+)\((stream )?(\w+)\) returns \((stream )?(\w+)\)/.exec(line);
    if (rpc === null) comment.push(line.trim().replace(/^\/\/ ?/, ""));
    else {
      const [, method, manyIn = "", request = "", manyOut = "", response = ""] = rpc;
      const fields = (message: string) =>
        fieldNames(proto, message)
          .map((field) => `\`${field}\``)
          .join(", ") || "–";
      lines.push(`| ${method} | ${manyIn}${fields(request)} | ${manyOut}${fields(response)} | ${comment.join(" ")} |`);
      comment = [];
    }
  }
  return `${lines.join("\n")}\n`;
}

function fieldNames(proto: string, message: string): readonly string[] {
  const body = new RegExp(`\\nmessage ${message} \\{\\n([\\s\\S]*?)\\n\\}`).exec(proto)?.[1] ?? "";
  return [...body.matchAll(/ (\w+) = \d+;/g)].map(([, name]) => name!);
}

if (import.meta.main) writeFileSync(page, referencePage());
