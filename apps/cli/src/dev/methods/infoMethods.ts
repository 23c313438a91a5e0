import { quantityOf } from "@polis/codec";
import { type ApiJson, type Method, method, result } from "@polis/kairos";
import type { DevNode } from "../devNode.ts";

/** What tools ask of a development node about itself. */
export function infoMethods(node: DevNode): Readonly<Record<string, Method>> {
  const metadata = method([], () => result(metadataJson(node)));
  const version = devVersion(node);
  return {
    web3_clientVersion: method([], () => result(version)),
    anvil_nodeInfo: method([], () => result(nodeInfoJson(node))),
    anvil_metadata: metadata,
    hardhat_metadata: metadata,
  };
}

/**
 * Test helpers such as Hardhat's fixtures and clock refuse nodes whose version does not begin with a name they know, whatever
 * methods they have; the rest of the text says who answers.
 */
function devVersion({ backend }: DevNode): string {
  return `anvil/${backend.clientVersion}`;
}

function metadataJson(node: DevNode): ApiJson {
  const { backend, chain, instanceId } = node;
  const { header, digest } = chain.head;
  return {
    clientVersion: devVersion(node),
    chainId: Number(backend.params.chainId),
    instanceId: `0x${instanceId.replaceAll("-", "").padStart(64, "0")}`,
    latestBlockNumber: header.number,
    latestBlockHash: `0x${digest}`,
    snapshots: Object.fromEntries(
      chain.snapshots.map(({ id, height, hash }) => [quantityOf(id), [height, `0x${hash}`]]),
    ),
  };
}

function nodeInfoJson({ backend, chain, miner }: DevNode): ApiJson {
  const { header, digest } = chain.head;
  const { params } = backend;
  return {
    currentBlockNumber: header.number,
    currentBlockTimestamp: header.timestampS,
    currentBlockHash: `0x${digest}`,
    hardFork: params.hardfork,
    transactionOrder: "fees",
    environment: {
      baseFee: quantityOf(backend.nextBaseFee()),
      chainId: Number(params.chainId),
      gasLimit: quantityOf(params.block.gasLimit),
      gasPrice: quantityOf(backend.nextBaseFee() + backend.suggestedTip()),
    },
    forkConfig: { forkUrl: null, forkBlockNumber: null, forkRetryBackoff: null },
    miningMode: chain.automine ? "auto" : miner.intervalMs > 0 ? "interval" : "none",
  };
}
