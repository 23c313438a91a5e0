import { codes } from "../../adapters/rpc/src/errors.ts";
import { STORAGE_CODES, StorageError } from "../../adapters/storage/src/errors.ts";
import { callError } from "../../apps/cli/src/grpc/callError.ts";
import { errorAnswer } from "../../chains/kairos/src/api/errorAnswer.ts";
import { blockErrors, refuse, type TransactionErrorName, transactionErrors } from "../../chains/kairos/src/errors.ts";
import { type Page, page, table } from "./page.ts";

/** Names of the gRPC statuses by number. */
const statusNames = (
  "OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED " +
  "RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS UNAUTHENTICATED"
).split(" ");

const meanings: Readonly<Record<keyof typeof codes, string>> = {
  parse: "the body is not JSON",
  invalidRequest: "the JSON is no request",
  methodNotFound: "unknown method, or one of a group that is switched off",
  invalidParams: "a wrong parameter, which the text names",
  internal: "the node failed; the text has an incident number that its log has too",
  server: "refused: see the text, and for transactions the table above",
  notFound: "what is asked for is not here, or the node waits for its validator set",
  notSynced: "the node is catching up",
  rejected: "the pool is full",
  limitExceeded: "a limit of the section `jsonrpc` in the configuration",
};

const intro = `What interfaces and logs name when something is refused. Over JSON-RPC a refused transaction has its name and number in
\`error.data\`; over gRPC they are in the detail \`kairos.v1.ErrorDetail\`.`;

/** docs/reference/errors.md, from the tables of the code (kairos 7.6, J6, 5.4). */
export function errorsPage(): Page {
  const names = Object.keys(transactionErrors) as TransactionErrorName[];
  const transactions = names.map((name) => [
    `${transactionErrors[name].code}`,
    `\`${name}\``,
    transactionErrors[name].text,
    statusNames[callError(name, "").code] ?? "",
    jsonRpcCode(name),
  ]);
  return page("errors.md", "Errors", intro, [
    "## Refused transactions",
    "",
    ...table(["Code", "Name", "Text", "gRPC status", "JSON-RPC"], transactions),
    "## JSON-RPC",
    "",
    "Besides these, 3 is a reverted execution with its data, and 4 and 5 are answers of `eth_sendRawTransactionSync`: the",
    "time was over, and the transaction cannot be executed now.",
    "",
    ...table(
      ["Code", "Meaning"],
      Object.entries(codes).map(([name, number]) => [`${number}`, meanings[name as keyof typeof codes]]),
    ),
    "## Refused blocks",
    "",
    ...table(
      ["Code", "Rule"],
      Object.entries(blockErrors).map(([name, text]) => [`\`${name}\``, text]),
    ),
    "## Storage",
    "",
    "A node that meets one of these stops; with a full or failing disk its exit code is 75.",
    "",
    ...table(
      ["Code", "What to do"],
      STORAGE_CODES.map((name) => [`\`${name}\``, new StorageError(name, "").hint]),
    ),
  ]);
}

function jsonRpcCode(name: TransactionErrorName): string {
  if (name === "NOT_FOUND") return "null result";
  const answer = errorAnswer(refuse(name).fault);
  return answer.ok ? "" : `${answer.error.code}`;
}
