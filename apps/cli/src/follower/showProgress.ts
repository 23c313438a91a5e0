import type { RpcNode } from "../library/rpcNode.ts";
import { type Progress, ProgressMeter, renderProgress } from "./progress.ts";

/** Where progress goes. */
export interface ProgressOutput {
  /** Lines of JSON, one a second, for programs; else a bar that is drawn over and over. */
  readonly json: boolean;
  readonly write: (text: string) => void;
  /** Columns of the terminal; undefined in a pipe, where the bar is not drawn. */
  readonly columns: number | undefined;
}

const LOOK_MS = 1_000;

/**
 * Shows a follower's progress until it has reached the head for the first time; JSON lines go on after that.
 * @returns ends it
 */
export function showProgress(
  node: Pick<RpcNode, "state" | "finalizedHeight">,
  { json, write, columns }: ProgressOutput,
): () => void {
  if (!json && columns === undefined) return () => undefined;
  const meter = new ProgressMeter();
  const timer = setInterval(look, LOOK_MS);
  look();
  function look(): void {
    const progress = meter.look(node.state(), node.finalizedHeight, performance.now());
    write(json ? `${JSON.stringify(lineOf(progress))}\n` : barOf(progress, columns ?? 0));
    if (!json && progress.state === "ready") clearInterval(timer);
  }
  return () => clearInterval(timer);
}

function lineOf({ secondsLeft, ...rest }: Progress) {
  return { ...rest, secondsLeft: secondsLeft ?? null };
}

/** Draws over the line before; the last one stays. */
function barOf(progress: Progress, columns: number): string {
  return `\r\u001b[2K${renderProgress(progress).slice(0, columns)}${progress.state === "ready" ? "\n" : ""}`;
}
