import { createArchive, type Finalize, type ReplicaEvent } from "@polis/minimmit";
import { replyBytes } from "../network/messageBytes.ts";
import type { SimNode } from "./simNode.ts";
import type { Surroundings } from "./types.ts";

/**
 * N17: a validator's host pushes each finalized block with the certificate to the followers that have chosen it. Every
 * follower listens to f+1 validators, so that one of them is correct; what it misses it asks for.
 */
export function pushTo(node: SimNode, { blocks, certificate }: Finalize, { nodes, network }: Surroundings): void {
  const { n, schemes } = node.setup;
  const followers = nodes.filter((other) => other.index >= n && listens(other, node, n, schemes.scheme.f));
  if (followers.length === 0) return;
  const archive = createArchive(node.disk);
  const items = blocks.flatMap(({ digest }) => {
    const block = archive.blockByDigest(digest);
    return block === undefined ? [] : [{ block, certificate: digest === certificate.digest ? certificate : undefined }];
  });
  const reply = { kind: "blocks", items } as const;
  const event: ReplicaEvent = { kind: "reply", from: node.index, requestId: 0, reply };
  for (const follower of followers) network.transmit(node, follower, event, replyBytes(reply));
}

function listens(follower: SimNode, node: SimNode, n: number, f: number): boolean {
  return (node.index - follower.index + 2 * n) % n <= f;
}
