import { millis } from "@polis/codec";
import type { KratosBackend } from "../api/backend.ts";
import type { Json } from "../api/json.ts";
import { kratosApi } from "../api/kratosApi.ts";
import { ChainReader } from "../chain/chainReader.ts";
import type { ChainTree } from "../chain/chainTree.ts";
import { accounts } from "../modules/accounts/account.ts";
import { TransactionPool } from "../pool/transactionPool.ts";
import { State } from "../state/state.ts";
import { openTree, shortEpochs } from "./blockTree.ts";
import { codec, TestChain } from "./testChain.ts";

/** A node without a network, whose methods a test calls. */
export class TestNode {
  readonly chain: TestChain;
  readonly tree: ChainTree;
  readonly pool: TransactionPool;
  readonly backend: KratosBackend;
  bestHeight = 0;
  unsafe = false;

  constructor(chain: TestChain = new TestChain(4, 2, shortEpochs)) {
    this.chain = chain;
    this.tree = openTree(chain);
    const { tree } = this;
    const account = (id: Parameters<typeof accounts.of>[0]) => new State(tree.head.entries).get(accounts.of(id));
    this.pool = new TransactionPool({ rules: chain.rules, codec, account, admitsFree: () => true });
    const node = this;
    this.backend = {
      reader: new ChainReader(tree),
      pool: this.pool,
      submit: (signed) => this.pool.add(signed, millis(0)),
      ...{ name: "kratos", version: "0.1.0", chainName: "KratOs" },
      get unsafe() {
        return node.unsafe;
      },
      peers: () => ({
        ...{ localPeerId: "12D3", listeningAddresses: ["/ip4/127.0.0.1/tcp/1"], peers: ["12D4"], averageScore: 100 },
        bestHeight: this.bestHeight,
      }),
      round: () => undefined,
      clock: () => ({ status: "Healthy", drift_ms: 0, can_produce_blocks: true }),
    };
  }

  /** A node whose epochs have so many slots. */
  static withEpochs(slots: number): TestNode {
    return new TestNode(new TestChain(4, 2, [{ name: "slots_per_epoch", value: BigInt(slots) }]));
  }

  /** Produces the next block with these pool transactions, and imports it. */
  next(transactions: Parameters<TestChain["next"]>[0] = []): void {
    const { block } = this.chain.next(transactions);
    this.tree.import(block);
    this.pool.headChanged({ adopted: [transactions ?? []], abandoned: [] }, millis(0));
  }

  /** The next block has what waits in the pool, as far as it may. @param skip slots that stay empty before it */
  produce(skip = 0): void {
    const waiting = [...this.pool.entries()].map(({ signed }) => signed);
    const { block } = this.chain.next(waiting, skip);
    this.tree.import(block);
    this.pool.headChanged({ adopted: [waiting], abandoned: [] }, millis(0));
  }

  /** Calls a method with parameters as a transport hands them over. @returns its result or its error */
  call(name: string, ...params: readonly unknown[]): Json {
    const answer = kratosApi[name]!.handle(this.backend, params);
    return answer.ok
      ? answer.value
      : { code: answer.error.code, message: answer.error.message, ...dataOf(answer.error) };
  }
}

function dataOf({ data }: { readonly data?: Json }) {
  return data === undefined ? {} : { data };
}
