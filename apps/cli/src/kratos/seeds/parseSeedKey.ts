import { type Digest, digest } from "@polis/codec";
import { UserError } from "../../errors.ts";

/**
 * Reads `--seed-key`: the key of a seed server, whose lists are accepted.
 * @throws UserError when it is not 32 bytes as hex
 */
export function parseSeedKey(text: string): Digest {
  const hex = text.trim().toLowerCase().replace(/^0x/, "");
  if (/^[0-9a-f]{64}$/.test(hex)) return digest(hex);
  const hint = "give the 64 hex characters that kratos-seed prints at its start";
  throw new UserError("SEED_KEY_INVALID", `not a key of a seed server: ${text}`, hint, { exitCode: 2 });
}
