/** Codes of the faults this package returns, with what each one means. */
export const cryptoFaults = {
  CERTIFICATE_LENGTH: "a certificate is shorter or longer than its layout (kairos 3.4)",
  CERTIFICATE_KIND: "an unknown certificate kind",
  CERTIFICATE_SCHEME: "not the scheme that genesis chose",
  CERTIFICATE_VIEW: "an epoch or view of 2^53 or more (kairos R32)",
  CERTIFICATE_DIGEST: "a digest in a nullification, or none in another kind",
  CERTIFICATE_BITMAP: "a bitmap of the wrong length or with bits for validators that do not exist",
  CERTIFICATE_QUORUM: "fewer signers than the kind needs",
  CERTIFICATE_SEED: "a seed where genesis chose none, or none where it chose one",
  VALIDATORS_COUNT: "the list has no validators, more than 1,024, or fewer than 5f+1 (kairos K8)",
  VALIDATORS_KEY: "a key is malformed, infinity or outside its group (kairos K8)",
  VALIDATORS_DUPLICATE: "two validators share a key (kairos K8)",
  VALIDATORS_POSSESSION: "a proof of possession does not verify (kairos K8)",
  VALIDATORS_BINDING: "the binding of a p2p key does not verify (kairos 3.3)",
  VALIDATORS_SHARES: "the share keys do not lie on one polynomial of the right degree (kairos K8)",
  VALIDATORS_GROUP_KEY: "the share keys do not interpolate to the group key (kairos K13)",
  KEYSTORE_FORMAT: "a key file is not of the format of kairos K7",
  KEYSTORE_PASSWORD: "the password is wrong or the key file was changed",
} as const;

/** One of the codes above. */
export type CryptoFaultCode = keyof typeof cryptoFaults;
