import type { Observation } from "@polis/minimmit";
import type { NodeMessage, NodeReport } from "../localnet/nodeReport.ts";
import { sharedMicros } from "../node/clock.ts";
import type { NodeNumbers } from "../node/nodeEvents.ts";

type Mark = readonly [view: number, atUs: number];

const REPORT_MS = 500;
/** Reports between two looks at memory and processor time. */
const USAGE_EVERY = 4;
/** Marks kept between two reports. */
const MARKS_MAX = 10_000;

/** Tells the parent process of a local network, twice a second, what this validator has done. */
export class Reporter {
  readonly #send: (message: NodeMessage) => void;
  #timer: NodeJS.Timeout | undefined;
  #proposed: Mark[] = [];
  #entered: Mark[] = [];
  #finalized: Mark[] = [];
  #reports = 0;
  #lastUsage = { rssBytes: 0, cpuUs: 0 };

  /** @param send writes to the parent's IPC channel. */
  constructor(send: (message: NodeMessage) => void) {
    this.#send = send;
  }

  start(rpcPort: number, numbers: () => NodeNumbers): void {
    this.#send({ kind: "ready", rpcPort });
    this.#timer = setInterval(() => this.#report(numbers()), REPORT_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  onObservation(observation: Observation): void {
    if (observation.what === "proposed") add(this.#proposed, observation.view);
    else if (observation.what === "entered") add(this.#entered, observation.view);
    else if (observation.what === "certificate" && observation.certificate.kind === "finalization") {
      add(this.#finalized, observation.certificate.view);
    }
  }

  /** Asking the system for its books takes milliseconds with a large memory map, so it is done seldom. */
  #usage(): { readonly rssBytes: number; readonly cpuUs: number } {
    if (this.#reports++ % USAGE_EVERY === 0) {
      const { user, system } = process.cpuUsage();
      this.#lastUsage = { rssBytes: process.memoryUsage.rss(), cpuUs: user + system };
    }
    return this.#lastUsage;
  }

  #report(numbers: NodeNumbers): void {
    const report: NodeReport = {
      kind: "report",
      ...numbers,
      ...this.#usage(),
      proposed: this.#proposed,
      entered: this.#entered,
      finalized: this.#finalized,
    };
    this.#send(report);
    this.#proposed = [];
    this.#entered = [];
    this.#finalized = [];
  }
}

function add(marks: Mark[], view: number): void {
  if (marks.length < MARKS_MAX) marks.push([view, sharedMicros()]);
}
