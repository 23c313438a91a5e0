import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createFinalityVerifier, hexOf } from "@polis/sdk";
import { answerModule } from "../web/answerModule.ts";
import { createModuleGraph } from "../web/moduleGraph.ts";
import { type LightProof, lightProofs } from "./lightProofs.ts";
import type { BenchContext, Benchmark, BenchResult } from "./types.ts";

const goals = { threshold: { node: 1.5, browser: 40 }, multisig: { node: 1.5, browser: 50 } } as const;

/** How long a light client takes for a finality proof: with native code in Node, and with JavaScript in Chromium. */
export const lightClient: Benchmark = {
  name: "light-client",
  async run(context) {
    const runs = context.quick ? 10 : 60;
    const proofs = lightProofs();
    const inNode = proofs.map((proof) => medianOf(timesInNode(proof, runs)));
    const inBrowser = await timesInBrowser(proofs, runs, context);
    return proofs.map(({ name }, i) => rowOf(name, inNode[i]!, inBrowser?.[i]));
  },
};

function rowOf(name: LightProof["name"], nodeMs: number, browserTimes: readonly number[] | undefined): BenchResult {
  const goal = goals[name];
  const browserMs = browserTimes === undefined ? null : medianOf(browserTimes);
  return {
    name: `light client: a proof of six validators, ${name}`,
    goal: `under ${goal.browser} ms in the browser, under ${goal.node} ms in Node`,
    measured: {
      nodeMs,
      browserMs,
      browserBestMs: browserTimes === undefined ? null : rounded(Math.min(...browserTimes)),
    },
    met: browserMs === null ? undefined : nodeMs < goal.node && browserMs < goal.browser,
    note: browserMs === null ? "no Chromium here" : "two headers and one certificate; blst in Node, noble in Chromium",
  };
}

function timesInNode({ anchor, proof }: LightProof, runs: number): readonly number[] {
  const verify = createFinalityVerifier(anchor);
  return Array.from({ length: runs }, () => {
    const started = performance.now();
    verify(proof);
    return performance.now() - started;
  });
}

/** The same in a page, whose modules are those that any browser gets. */
async function timesInBrowser(proofs: readonly LightProof[], runs: number, { say }: BenchContext) {
  // The browser is a tool of development, so the program must run without it.
  const tools = await import("../visualizer/testing/browser.ts").catch(() => undefined);
  if (tools === undefined || tools.browserMissing !== undefined) {
    say(tools?.browserMissing ?? "playwright-core is not installed");
    return undefined;
  }
  const graph = createModuleGraph({ entries: { sdk: "@polis/sdk" }, from: import.meta.url });
  const server = createServer((request, response) => {
    if (answerModule(graph, request.url ?? "/", request, response)) return;
    response.setHeader("content-type", "text/html").end("<!doctype html><title>light client</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const browser = await tools.openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const texts = proofs.map(({ anchor, proof }) => ({
      anchor: {
        ...anchor,
        publicKeys: anchor.publicKeys.map(hexOf),
        groupKeyL: anchor.groupKeyL && hexOf(anchor.groupKeyL),
      },
      certificate: hexOf(proof.certificate),
      headers: proof.headers.map(hexOf),
    }));
    return (await page.evaluate(measure, { texts, runs } as never)) as readonly (readonly number[])[];
  } finally {
    await browser.close();
    server.close().closeAllConnections();
  }
}

interface Task {
  readonly texts: readonly {
    readonly anchor: Record<string, unknown> & { readonly publicKeys: readonly string[]; readonly groupKeyL?: string };
    readonly certificate: string;
    readonly headers: readonly string[];
  }[];
  readonly runs: number;
}

/** Runs in the page: it sees nothing of this file. */
async function measure({ texts, runs }: Task): Promise<readonly (readonly number[])[]> {
  const path = "/modules/sdk.js";
  const { bytesOf, createFinalityVerifier: create } = (await import(path)) as typeof import("@polis/sdk");
  return texts.map(({ anchor, certificate, headers }) => {
    const keys = {
      publicKeys: anchor.publicKeys.map(bytesOf),
      groupKeyL: anchor.groupKeyL && bytesOf(anchor.groupKeyL),
    };
    const verify = create({ ...anchor, ...keys } as never);
    const proof = { certificate: bytesOf(certificate), headers: headers.map(bytesOf) };
    return Array.from({ length: runs }, () => {
      const started = performance.now();
      verify(proof);
      return performance.now() - started;
    });
  });
}

function medianOf(times: readonly number[]): number {
  return rounded([...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!);
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
