import { kairosApi } from "../../chains/kairos/src/api/kairosApi.ts";
import type { ParamSpec } from "../../chains/kairos/src/api/paramSpec.ts";
import { kairosSubscriptions } from "../../chains/kairos/src/api/subscriptions.ts";
import { methodNotes } from "./methodNotes.ts";
import { type Page, page, table } from "./page.ts";

const intro = `Every JSON-RPC method of a node: HTTP POST and WebSocket on \`jsonrpc.listen_addr\`, batches included. Methods of Ethereum
take and give what its published schemas say. \`latest\`, \`safe\` and \`finalized\` mean the last final block, which is never
reverted; \`pending\` is the executed tip. A weight is the price of a call in tokens of \`jsonrpc.rate_limit_per_second\`.
A body costs one token more for every 64 KiB and for every 1,000 values in it.
The groups \`txpool\` and \`debug\` answer only where \`jsonrpc.namespaces\` names them.`;

/** docs/reference/json-rpc.md, from the method table. */
export function jsonRpcPage(): Page {
  const methods = { ...kairosApi, ...kairosSubscriptions };
  const names = Object.keys(methods);
  const groups = [...new Set(names.map((name) => name.split("_")[0]!))];
  const body = groups.flatMap((group) => [
    `## ${group}`,
    "",
    ...table(
      ["Method", "Parameters", "Weight", "What it gives"],
      names
        .filter((name) => name.startsWith(`${group}_`))
        .map((name) => [
          `\`${name}\``,
          methods[name]!.params.map(paramText).join(", ") || "–",
          `${methods[name]!.weight}`,
          methodNotes[name] ?? "",
        ]),
    ),
  ]);
  return page("json-rpc.md", "JSON-RPC", intro, body);
}

function paramText(spec: ParamSpec): string {
  return `\`${spec.name}${spec.optional === true ? "?" : ""}\` ${formOf(spec)}`;
}

function formOf(spec: ParamSpec): string {
  if (spec.type === "list") return `list of ${formOf(spec.of)}`;
  if (spec.type === "map") return `object by ${spec.key}`;
  if (spec.type === "union") return spec.form;
  if (spec.type === "block") return spec.hashes === true ? "block (tag, height, hash)" : "block (tag, height)";
  if (spec.type === "text" && spec.oneOf !== undefined) return `one of ${spec.oneOf.join(", ")}`;
  return spec.type;
}
