/** Where a signer is. */
export type SignerAddress =
  | { readonly path: string }
  | {
      readonly host: string;
      readonly port: number /** Its Ed25519 key, 64 hex characters. */;
      readonly peerId: string;
    };

/**
 * Reads `unix:/run/kairos/signer.sock`, a plain absolute path, or `tls://host:port/<Ed25519 key of the signer, hex>`.
 * @returns undefined for anything else
 */
export function parseSignerAddress(text: string): SignerAddress | undefined {
  const path = /^(?:unix:(?:\/\/)?)?(\/.+)$/.exec(text)?.[1];
  if (path !== undefined) return { path };
  const match = /^tls:\/\/(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9._-]{1,253})):(\d{1,5})\/([0-9a-fA-F]{64})$/.exec(
    text,
  );
  if (match === null || Number(match[3]) > 65_535) return undefined;
  return { host: (match[1] ?? match[2])!, port: Number(match[3]), peerId: match[4]!.toLowerCase() };
}
