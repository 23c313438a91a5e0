import { millis } from "@polis/codec";
import type { KratosBackend } from "../../api/backend.ts";
import type { Json } from "../../api/json.ts";
import { ChainTree } from "../../chain/chainTree.ts";
import { codec, type TestChain } from "../../testing/testChain.ts";
import { KratosNode } from "../kratosNode.ts";
import type { ValidatorKey } from "../options.ts";
import type { NodeEffect, NodeReport } from "../seam.ts";
import type { CrashStore } from "./crashStore.ts";

/** A machine in a world: disks that survive a crash, and the node that runs on them. */
export class WorldNode {
  readonly index: number;
  readonly name: string;
  readonly chainDisk: CrashStore;
  readonly producerDisk: CrashStore;
  readonly reports: NodeReport[] = [];
  readonly bannedUntil = new Map<string, number>();
  readonly peers = new Set<string>();
  /** Milliseconds by which its clock is wrong. */
  offsetMs = 0;
  /** Rises with every start: what was meant for a life before does not arrive. */
  life = 0;
  node: KratosNode | undefined;
  tree!: ChainTree;
  queue: NodeEffect[] = [];
  isBlocked = false;
  timerAt = 0;
  /** Effects that are still carried out before the power is cut. */
  effectsLeft = Number.POSITIVE_INFINITY;
  /** The power is cut after so many effects of the next step that produces a block. */
  crashInProduction: number | undefined;
  #clock: Json | undefined;
  readonly #chain: TestChain;
  readonly #key: ValidatorKey | undefined;

  constructor(index: number, chain: TestChain, key: ValidatorKey | undefined, disk: () => CrashStore) {
    this.index = index;
    this.name = `peer${index}`;
    this.#chain = chain;
    this.#key = key;
    this.chainDisk = disk();
    this.producerDisk = disk();
  }

  get isUp(): boolean {
    return this.node !== undefined;
  }

  /** Opens the chain of the disk and a node on it. */
  boot(): KratosNode {
    const { genesis, rules } = this.#chain;
    this.life++;
    this.queue = [];
    this.isBlocked = false;
    this.effectsLeft = Number.POSITIVE_INFINITY;
    this.tree = new ChainTree({ store: this.chainDisk, genesis, rules, codec });
    this.node = new KratosNode({
      ...{ tree: this.tree, record: genesis.record, validator: this.#key, clock: this.#clock, protocolVersion: 1 },
      ...{ producer: this.producerDisk, remembered: this.chainDisk },
    });
    return this.node;
  }

  /** The power is cut: memory is gone, and what was not on the disk yet. */
  crash(): void {
    this.node = undefined;
    this.life++;
    this.queue = [];
    this.chainDisk.crash();
    this.producerDisk.crash();
    this.peers.clear();
  }

  /** Carries out what concerns this machine alone. */
  keep(effect: NodeEffect): void {
    if (effect.kind === "remember") void this.chainDisk.commit(effect.rows);
    if (effect.kind === "saveClock") this.#clock = effect.record;
    if (effect.kind === "report") this.reports.push(effect.report);
  }

  /** Reports of a kind. */
  heard<K extends NodeReport["kind"]>(kind: K): readonly Extract<NodeReport, { kind: K }>[] {
    return this.reports.filter((report): report is Extract<NodeReport, { kind: K }> => report.kind === kind);
  }

  /** What JSON-RPC asks of its node. */
  backend(): KratosBackend {
    const network = () => ({ localPeerId: this.name, listeningAddresses: [] });
    const host = { name: "kratos", version: "0.0.0", unsafe: false, network };
    return this.node!.backend(host, () => ({ ok: false, reason: "PoolFull" }));
  }

  /** Its wall time. */
  wall(nowMs: number) {
    return millis(nowMs + this.offsetMs);
  }
}
