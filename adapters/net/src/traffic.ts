import type { Metrics } from "@polis/ports";
import { FRAME_HEADER_BYTES } from "./frame.ts";
import type { FrameRule } from "./frameTypes.ts";

type Labels = Readonly<Record<string, string>>;

/** Counts frames and bytes by type (kairos 19.1). Called for every frame, so its labels are made once. */
export class Traffic {
  readonly #metrics: Metrics;
  readonly #in = new Map<number, Labels>();
  readonly #out = new Map<number, Labels>();

  /** @param rules the frame types that may be sent or received */
  constructor(metrics: Metrics, rules: ReadonlyMap<number, FrameRule>) {
    this.#metrics = metrics;
    for (const [type, { name }] of rules) {
      this.#in.set(type, Object.freeze({ direction: "in", type: name }));
      this.#out.set(type, Object.freeze({ direction: "out", type: name }));
    }
  }

  received(type: number, bodyBytes: number): void {
    this.#count(this.#in.get(type), bodyBytes);
  }

  sent(type: number, bodyBytes: number): void {
    this.#count(this.#out.get(type), bodyBytes);
  }

  #count(labels: Labels | undefined, bodyBytes: number): void {
    if (labels === undefined) return;
    this.#metrics.count("p2p_frames_total", 1, labels);
    this.#metrics.count("p2p_bytes_total", FRAME_HEADER_BYTES + bodyBytes, labels);
  }
}
