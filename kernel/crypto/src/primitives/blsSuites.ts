import { asciiBytes } from "@polis/codec";

/** Domain separation of votes and proposals (kairos 3.1). */
export const blsSignatureDst = asciiBytes("BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_");
/** Domain separation of proofs of possession (kairos 3.1). */
export const blsPossessionDst = asciiBytes("BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_");
