import { UserError } from "../errors.ts";

/** How containers see each other (kairos 20.1). */
export interface ContainerNetwork {
  /** IPv4 address of node 0; node i has the one i further. */
  readonly firstAddress: string;
  /** Names by which others in the network call node i, beside its address. */
  readonly nameOf: (index: number) => string;
  /** Folder in the container that keeps what a node writes; on this computer it is `node<i>/state`. */
  readonly stateDir: string;
}

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Folder of the database inside a container's state folder. */
export const CONTAINER_DATA = "data";
/** The same in every container: an address of its own is what tells nodes apart. */
const PORTS = { p2p: 9000, grpc: 50_051, jsonRpc: 8545, visualizer: 8080, metrics: 9090 };

/**
 * Where node `index` is reached from other containers.
 * @returns peer link, JSON-RPC and metrics as `host:port`
 * @throws UserError when the addresses do not fit in their last byte
 */
export function containerAddresses(network: ContainerNetwork, index: number): readonly [string, string, string] {
  const host = hostOf(network, index);
  return [`${host}:${PORTS.p2p}`, `${host}:${PORTS.jsonRpc}`, `${host}:${PORTS.metrics}`];
}

/**
 * The sections of a configuration that differ in a container: it listens on all its addresses, in plaintext because
 * the network around it is private to the stack, under the names of that network, and logs for a collector.
 * @param sections those of a node on this computer
 */
export function containerSections(sections: Sections, network: ContainerNetwork, index: number): Sections {
  const host = hostOf(network, index);
  const open = (name: string, key: string, port: number) => ({
    [name]: { ...sections[name], [key]: `0.0.0.0:${port}`, allow_plaintext: true },
  });
  const names = { allowed_hosts: ["localhost", "127.0.0.1", "[::1]", network.nameOf(index), host] };
  const rpc = open("rpc", "listen_addr", PORTS.grpc).rpc!;
  const jsonrpc = open("jsonrpc", "listen_addr", PORTS.jsonRpc).jsonrpc!;
  const visualizer = open("visualizer", "listen_address", PORTS.visualizer).visualizer!;
  return {
    storage: { ...sections.storage, path: `${network.stateDir}/${CONTAINER_DATA}` },
    p2p: { ...sections.p2p, listen_addr: `0.0.0.0:${PORTS.p2p}`, external_addr: `${host}:${PORTS.p2p}` },
    rpc: { ...rpc, ...names },
    jsonrpc: { ...jsonrpc, ...names },
    visualizer: { ...visualizer, ...names },
    ...open("metrics", "listen_address", PORTS.metrics),
    logging: { ...sections.logging, format: "json" },
  };
}

function hostOf({ firstAddress }: ContainerNetwork, index: number): string {
  const bytes = firstAddress.split(".").map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
  const last = bytes[3]! + index;
  if (bytes.length !== 4 || bytes.some((byte) => byte > 255) || last > 254) {
    const hint = "give the IPv4 address of node 0, with room for the others after it: 172.30.0.10";
    throw new UserError("CONTAINER_ADDRESS", `${firstAddress} leaves no address for node ${index}`, hint);
  }
  return [...bytes.slice(0, 3), last].join(".");
}
