import { kratosDialect, RATE_LIMITED } from "../../apps/cli/src/kratos/rpc/kratosDialect.ts";
import { kratosRpcLimits } from "../../apps/cli/src/kratos/rpc/rpcLimits.ts";
import { kratosApi } from "../../chains/kratos/src/api/kratosApi.ts";
import { apiErrors, type Param } from "../../chains/kratos/src/api/method.ts";
import { kratosMethodNotes } from "./kratosMethodNotes.ts";
import { type Page, page, table } from "./page.ts";

const intro = `Every JSON-RPC method of a KratOs node: JSON-RPC 2.0 as a POST of \`application/json\` to \`http://127.0.0.1:9933/\`. Batches are
not taken. Parameters are a list. How to call it, with examples: [JSON-RPC](../kratos/rpc.md).

Bytes (accounts, hashes, signatures, keys) are read as hex with or without \`0x\`, or as a list of byte values, and written as
\`0x\` and lower-case hex. Amounts are base units (10^-12 KRAT): read as decimal text or as an integer of any size, written
as decimal text.`;

const meanings: Readonly<Record<keyof typeof apiErrors, string>> = {
  methodNotFound: "unknown method, or an unsafe one that is off",
  invalidParams: "a wrong parameter, which the text names",
  blockNotFound: "no such block",
  transactionNotFound: "no such transaction",
  accountNotFound: "no such account, where the method says so",
  transactionRejected: "the pool refuses the transaction; `data.reason` says why",
};

/** docs/reference/kratos-rpc.md, from the method table (kratos-core 13.3). */
export function kratosRpcPage(): Page {
  const names = Object.keys(kratosApi);
  const groups = [...new Set(names.map((name) => name.split("_")[0]!))];
  const methods = groups.flatMap((group) => [
    `## ${group}`,
    "",
    ...table(
      ["Method", "Parameters", "What it gives"],
      names
        .filter((name) => name.startsWith(`${group}_`))
        .map((name) => [
          `\`${name}\``,
          kratosApi[name]!.params.map(paramText).join("; ") || "–",
          kratosMethodNotes[name] ?? "",
        ]),
    ),
  ]);
  return page("kratos-rpc.md", "JSON-RPC of KratOs", intro, [...methods, ...limitLines(), ...errorLines()]);
}

function paramText({ name, optional, form }: Param): string {
  return `\`${name}${optional === true ? "?" : ""}\` ${form}`;
}

function limitLines(): readonly string[] {
  const { requests, windowMs, violations, banMs, readsPerSecond, answerTimeoutMs, maxRequestBytes } = kratosRpcLimits;
  return [
    "## Limits",
    "",
    ...table(
      ["What", "Limit"],
      [
        ["requests of one address", `${requests} in ${windowMs / 1_000} s; \`data.retryAfter\` says when to come back`],
        ["a client that goes on", `banned for ${banMs / 1_000} s after ${violations} refusals, HTTP 429`],
        ["`GET /health`, `GET /observer.json`", `${readsPerSecond} a second and address`],
        [
          "request body",
          `${maxRequestBytes / 1_048_576} MiB, ${kratosRpcLimits.maxDepth} levels, ${kratosRpcLimits.maxValues} values`,
        ],
        ["time for an answer", `${answerTimeoutMs / 1_000} s`],
        [
          "web pages",
          `\`http://localhost\` and \`http://127.0.0.1\`, each also with port 3000; others with \`--rpc-cors-origin\`, all with \`--rpc-cors-all\``,
        ],
        ["methods and headers of web pages", `${kratosDialect.corsMethods}; ${kratosDialect.corsHeaders}`],
      ],
    ),
  ];
}

function errorLines(): readonly string[] {
  const transport: readonly (readonly [number, string])[] = [
    [-32_700, "the body is not JSON"],
    [-32_600, "the JSON is no request: wrong version, a batch, too large, a foreign host name"],
    [-32_603, "the node failed or did not answer in time"],
    [RATE_LIMITED, "too many requests"],
  ];
  const methods = Object.entries(apiErrors).map(
    ([name, code]) => [code, meanings[name as keyof typeof apiErrors]] as const,
  );
  const rows = [...transport, ...methods].sort(([a], [b]) => a - b).map(([code, text]) => [`${code}`, text]);
  return ["## Errors", "", ...table(["Code", "Meaning"], rows)];
}
