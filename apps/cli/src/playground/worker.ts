import {
  parseScenario,
  playSeed,
  profileOf,
  quorumFor,
  Recorder,
  type Scenario,
  type SimReport,
  startPlay,
  type TraceChunk,
} from "@polis/simulator";

/** What the page asks for; a newer request ends an older one. */
export interface PlayRequest {
  readonly id: number;
  /** A scenario as in the address, or `campaign=N`. */
  readonly text: string;
}

/** What the page is told. */
export type PlayMessage =
  | {
      readonly kind: "cast";
      readonly id: number;
      readonly n: number;
      readonly f: number;
      readonly m: number;
      readonly l: number;
      readonly validatorOf: readonly number[];
      readonly faulty: readonly (readonly [index: number, name: string])[];
      readonly scenario: Scenario | undefined;
    }
  | { readonly kind: "chunk"; readonly id: number; readonly chunk: TraceChunk; readonly untilMs: number }
  | { readonly kind: "end"; readonly id: number; readonly report: SimReport; readonly full: boolean }
  | { readonly kind: "error"; readonly id: number; readonly message: string; readonly hint: string };

/** As much of a worker's scope as is used; the browser's own types are not those of Node. */
interface Scope {
  onmessage: ((event: { readonly data: PlayRequest }) => void) | undefined;
  postMessage(message: PlayMessage): void;
}

const scope = globalThis as unknown as Scope;
/** After so much virtual time the page gets what there is, and may ask for something else. */
const chunkMs = 500;
let newest = 0;

scope.onmessage = ({ data }) => {
  newest = data.id;
  run(data).catch((error: unknown) => {
    const hint = error instanceof Error && "hint" in error ? String(error.hint) : "reload the page";
    const message = error instanceof Error ? error.message : String(error);
    scope.postMessage({ kind: "error", id: data.id, message, hint });
  });
};

async function run({ id, text }: PlayRequest): Promise<void> {
  const recorder = new Recorder();
  if (text.startsWith("campaign=")) {
    campaign(id, text.slice("campaign=".length), recorder);
    return;
  }
  const scenario = parseScenario(text);
  const play = startPlay(scenario, recorder);
  const { n } = scenario;
  scope.postMessage({
    kind: "cast",
    id,
    n,
    ...quorumFor(n),
    validatorOf: play.validatorOf,
    faulty: scenario.faulty,
    scenario,
  });
  let sentMs = 0;
  while (!play.done) {
    play.step();
    if (play.nowMs < sentMs + chunkMs) continue;
    sentMs = play.nowMs;
    scope.postMessage({ kind: "chunk", id, chunk: recorder.take(), untilMs: sentMs });
    await breath();
    if (newest !== id) return;
  }
  scope.postMessage({ kind: "chunk", id, chunk: recorder.take(), untilMs: play.nowMs });
  scope.postMessage({ kind: "end", id, report: play.report(), full: recorder.full });
}

/** A seed of a campaign runs in one go, with the hash of `kairos sim --seed N --ledger mock`. */
function campaign(id: number, seed: string, recorder: Recorder): void {
  const number = parseScenario(`seed=${seed}`).seed;
  const { report, validatorOf } = playSeed(number, recorder);
  const { n } = report;
  const faulty = [...(profileOf(number).faulty ?? [])];
  scope.postMessage({ kind: "cast", id, n, ...quorumFor(n), validatorOf, faulty, scenario: undefined });
  scope.postMessage({ kind: "chunk", id, chunk: recorder.take(), untilMs: report.simulatedMs });
  scope.postMessage({ kind: "end", id, report, full: recorder.full });
}

/** Lets a waiting request be heard. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
