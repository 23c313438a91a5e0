import { type Digest, type Epoch, type ValidatorIndex, validatorIndex } from "@polis/codec";
import {
  type CertificateShape,
  createMultisigKeys,
  createMultisigScheme,
  createThresholdKeys,
  createThresholdScheme,
  quorumsOf,
  type VoteKeys,
  type VoteScheme,
  type VoteSigner,
} from "@polis/crypto";
import type { Genesis } from "@polis/kairos";
import { UserError } from "../errors.ts";
import type { Identity, NodeIdentity } from "../keys/identity.ts";

/** The certificate scheme of a genesis, and this node's part in it. */
export interface Voting {
  readonly scheme: VoteScheme;
  readonly shape: CertificateShape;
  /** Undefined when this node's key is not in the validator list: it follows. */
  readonly keys: VoteSigner | undefined;
}

/**
 * Builds what genesis selects (kairos 3.4) and finds this node in the validator list by its BLS key (K7).
 * @throws UserError when the keys disagree with the genesis entry
 */
export function createVoting(genesis: Genesis, genesisHash: Digest, identity: NodeIdentity | undefined): Voting {
  const { f, n, validators, params } = genesis;
  const epoch = params.epoch as Epoch;
  const publicKeys = validators.map(({ blsPublicKey }) => blsPublicKey);
  const shape: CertificateShape = {
    n,
    scheme: genesis.scheme,
    randomness: params.randomness,
    quorums: quorumsOf(n, f),
  };
  const scheme =
    genesis.scheme === "multisig"
      ? createMultisigScheme({ f, genesisHash, epoch, publicKeys })
      : createThresholdScheme({ f, genesisHash, epoch, publicKeys, ...sharings(genesis) });
  return { scheme, shape, keys: identity === undefined ? undefined : signerOf(genesis, genesisHash, identity) };
}

/** Who signs for this node: its own keys, or the signer that it is connected to. */
function signerOf(genesis: Genesis, genesisHash: Digest, identity: NodeIdentity): VoteSigner | undefined {
  const index = findValidator(genesis, identity);
  if (!("signer" in identity)) return index < 0 ? undefined : votingKeys(genesis, genesisHash, index, identity);
  const { hello, keys } = identity.signer;
  if (hello.genesisHash === genesisHash && hello.index === index) return keys;
  const hint = "start `kairos signer` with the genesis file of this node";
  throw new UserError("SIGNER_MISMATCH", "the signer serves another network or validator", hint, { exitCode: 2 });
}

/**
 * The keys of validator `index` in the scheme that genesis selects.
 * @throws UserError when the threshold scheme misses its shares
 */
export function votingKeys(
  genesis: Genesis,
  genesisHash: Digest,
  index: number,
  secrets: Pick<Identity, "bls" | "shareM" | "shareL">,
): VoteKeys {
  if (genesis.scheme === "threshold") return thresholdKeys(genesis, genesisHash, secrets, validatorIndex(index));
  return createMultisigKeys({ index: validatorIndex(index), genesisHash, secret: secrets.bls.secret });
}

function findValidator(genesis: Genesis, identity: NodeIdentity): number {
  const hex = identity.bls.publicKey.toHex();
  const index = genesis.validators.findIndex(({ blsPublicKey }) => blsPublicKey.toHex() === hex);
  const entry = genesis.validators[index];
  if (entry !== undefined && entry.p2pPublicKey.toHex() !== identity.ed25519.publicKey.toHex()) {
    const hint = "identity.ed25519_secret_key_path must hold the key that genesis binds to this validator";
    throw new UserError("KEY_MISMATCH", `the Ed25519 key is not the one of validator ${index}`, hint, { exitCode: 2 });
  }
  return index;
}

function sharings(genesis: Genesis) {
  const { validators, groupKeyM, groupKeyL, params } = genesis;
  if (groupKeyM === undefined || groupKeyL === undefined) throw new Error("a threshold genesis has group keys");
  const shares = (of: "shareKeyM" | "shareKeyL") => validators.map((v) => v[of] ?? new Uint8Array(0));
  return {
    m: { groupKey: groupKeyM, shareKeys: shares("shareKeyM") },
    l: { groupKey: groupKeyL, shareKeys: shares("shareKeyL") },
    randomness: params.randomness,
  };
}

function thresholdKeys(
  genesis: Genesis,
  genesisHash: Digest,
  identity: Pick<Identity, "bls" | "shareM" | "shareL">,
  index: ValidatorIndex,
): VoteKeys {
  const { shareM, shareL } = identity;
  if (shareM === undefined || shareL === undefined) {
    const hint = "set identity.share_key_path to the shares that `kairos genesis --deal` wrote";
    throw new UserError("KEY_MISSING", "the threshold scheme needs this validator's shares", hint, { exitCode: 2 });
  }
  return createThresholdKeys({
    index,
    genesisHash,
    secret: identity.bls.secret,
    shareM: shareM.secret,
    shareL: shareL.secret,
    randomness: genesis.params.randomness,
  });
}
