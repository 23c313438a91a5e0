import type { Epoch, ValidatorIndex } from "@polis/codec";
import type { ReplicaConfig } from "@polis/minimmit";
import type { AttackTools } from "../attackers/attacker.ts";
import { attackerNamed } from "../attackers/attackers.ts";
import { Oracle } from "../checkers/oracle.ts";
import { quorumOf } from "../checkers/quorumTable.ts";
import { mockLedger } from "../mock/mockLedger.ts";
import { mockScheme } from "../mock/mockScheme.ts";
import { mockThreshold } from "../mock/mockThreshold.ts";
import { Network } from "../network/network.ts";
import { SimNode } from "../node/simNode.ts";
import type { NodeSetup, Surroundings } from "../node/types.ts";
import { createPrng, type Prng } from "../random/prng.ts";
import { World } from "../world/world.ts";
import { SIM_CONSENSUS, type SimulateOptions } from "./options.ts";
import { recodeWith } from "./recode.ts";

/** A network that is built and not yet started. */
export interface SimNetwork extends Surroundings {
  readonly nodes: SimNode[];
  readonly setup: NodeSetup;
  readonly f: number;
  readonly prng: Prng;
  /** Nodes that must keep every promise. */
  readonly honest: readonly SimNode[];
}

const ATTACK_TICK_MS = 50;

/** Builds the world, its network, one node per validator (two for twins) and the judge. Nothing runs yet. */
export function buildNetwork(options: SimulateOptions): SimNetwork {
  const { n, seed } = options;
  const { f } = quorumOf(n);
  const prng = createPrng(seed);
  const ledger = options.ledger ?? mockLedger;
  const epoch = 0 as Epoch;
  const config: ReplicaConfig = { ...SIM_CONSENSUS, ...options.consensus, epoch, genesis: ledger.genesis };
  if (options.schemes === mockThreshold && config.randomness !== "seed") {
    // Replicas would drop their own stored certificates after a restart: they carry seeds that this network has not.
    throw new Error('mockThreshold is for randomness "seed"; give other schemes with this consensus');
  }
  const schemes = (options.schemes ?? mockScheme)(n, f, ledger.genesis.digest, seed);
  const recode = options.wire === true ? recodeWith(schemes.scheme, config.randomness) : undefined;
  const setup: NodeSetup = { n, config, schemes, ledger, recode };
  const faulty = options.faulty ?? new Map<number, string>();
  const world = new World();
  const nodes: SimNode[] = [];
  const delay = options.delay ?? { kind: "uniform", minUs: 5000, maxUs: 40_000 };
  const network = new Network(world, prng.fork(1), nodes, {
    delay,
    lossPerMille: 0,
    duplicatePerMille: 0,
    inOrder: true,
    holdBlocked: false,
    bytesPerMs: 0,
  });
  const oracle = new Oracle(world, {
    n,
    genesis: ledger.genesis,
    leaderMode: config.leaderMode,
    scheme: schemes.scheme,
    faulty: new Set(faulty.keys()),
    maxViewLead: config.maxViewLead,
    futureWindow: config.futureWindow,
  });
  const built: SimNetwork = {
    world,
    network,
    oracle,
    nodes,
    setup,
    f,
    prng,
    get honest() {
      return nodes.filter((node) => !node.faulty);
    },
  };
  const add = (index: number) => {
    const node = new SimNode(nodes.length, index as ValidatorIndex, setup, prng.fork(100 + nodes.length), () => built);
    nodes.push(node);
    return node;
  };
  for (let index = 0; index < n; index++) arm(add(index), faulty.get(index), built, faulty);
  for (const [index, name] of faulty) if (name === "twins") add(index).faulty = true;
  for (let i = 0; i < (options.followers ?? 0); i++) add(n + i);
  return built;
}

/** Gives a node its attacker, if it has one. */
function arm(node: SimNode, name: string | undefined, built: SimNetwork, faulty: ReadonlyMap<number, string>): void {
  if (name === undefined) return;
  node.faulty = true;
  if (name === "twins") return;
  const { setup, f } = built;
  const { scheme, keysOf } = setup.schemes;
  const tools: AttackTools = {
    self: node.index,
    n: setup.n,
    f,
    keys: keysOf(node.index),
    conspirators: [...faulty.keys()].map((index) => keysOf(index as ValidatorIndex)),
    scheme,
    prng: built.prng.fork(500 + node.index),
    epoch: setup.config.epoch,
    get ledger() {
      return node.ledger!;
    },
    get replica() {
      return node.replica!;
    },
    nowMs: () => node.clock.monotonicMs(),
    wallMs: () => node.clock.wallMs(),
    leaderOf: (view) => (built.oracle.leaders.of(view) ?? view % setup.n) as ValidatorIndex,
    send: (to, message) => node.sendRaw(to, message),
    broadcast: (message) => node.sendRaw(undefined, message),
    reply: (to, requestId, reply) => node.replyRaw(to, { kind: "reply", from: node.index, requestId, reply }),
  };
  node.tools = tools;
  node.attacker = attackerNamed(name, tools.prng);
  const tick = () => {
    if (node.up && node.replica !== undefined) node.attacker?.onTick?.(tools);
    built.world.after(ATTACK_TICK_MS, tick);
  };
  built.world.after(ATTACK_TICK_MS, tick);
}
