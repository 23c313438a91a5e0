import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { WalletWorld } from "./walletWorld.ts";

/** What a dishonest node says instead of the truth, which it is told; undefined for nothing at all. */
export type Lie = (truth: unknown, params: readonly unknown[]) => unknown;

/** A node that answers as the honest one, but for what it lies about. */
export interface Liar {
  readonly url: string;
  /** Methods in the order in which they were asked for. */
  readonly asked: string[];
  /** May be changed at any time. */
  lies: Readonly<Record<string, Lie>>;
}

/** An error as a lie. */
export function sayError(code: number, message: string, data?: object): Lie {
  return () => ({ code, message, data });
}

/** Starts a liar about the chain of a world. */
export async function startLiar(t: TestContext, { node }: WalletWorld, lies: Liar["lies"]): Promise<Liar> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", async () => {
      const { id, method, params } = JSON.parse(text);
      asked.push(method);
      const truth = node.call(method, ...params);
      const lie = liar.lies[method];
      const said = lie === undefined ? truth : await lie(truth, params);
      if (said === undefined) return;
      const status = typeof said === "string" ? /^<([45][0-9]{2})>/.exec(said)?.[1] : undefined;
      if (status !== undefined) response.writeHead(Number(status));
      if (typeof said === "string" && said.startsWith("<")) response.end(said);
      else
        response.end(JSON.stringify({ jsonrpc: "2.0", id, ...(isError(said) ? { error: said } : { result: said }) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const liar: Liar = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, lies };
  return liar;
}

function isError(value: unknown): boolean {
  return typeof value === "object" && value !== null && "code" in value && "message" in value;
}
