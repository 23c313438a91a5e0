import type { Config } from "../config/schema.ts";
import { generateIdentity, type Identity, openIdentity, type RemoteIdentity, readIdentity } from "../keys/identity.ts";
import { knowFresh } from "./freshKeys.ts";

/** The keys of a validator (kairos K6). */
export type ValidatorIdentity = Identity;

/** How key files are read. */
export interface LoadIdentityOptions {
  /** Of encrypted key files, unless `identity.password_file` names a file. No environment variable is read. */
  readonly password?: string;
  /** Whether missing keys are made when `identity.generate_if_missing` does not say; false by default. */
  readonly createMissing?: boolean;
}

/** Ways to get an identity (kairos 18.4). */
export const ValidatorIdentity = {
  /** Fresh keys, held in memory only. This process knows that they have never signed, so a journal may be made (R27). */
  generate(): ValidatorIdentity {
    const identity = generateIdentity();
    knowFresh(identity);
    return identity;
  },

  /**
   * Reads the key files that the section `identity` of a configuration names.
   * @throws UserError naming the file and what to do
   * @example ValidatorIdentity.load(config.identity)
   */
  load(identity: Config["identity"], options: LoadIdentityOptions = {}): ValidatorIdentity {
    return readIdentity(identity, { password: options.password, create: options.createMissing ?? false });
  },

  /**
   * Connects to the remote signer that a configuration names, or reads the key files when it names none.
   * @throws UserError
   * @example const identity = await ValidatorIdentity.open(config)
   */
  open(
    config: Config,
    options: Pick<LoadIdentityOptions, "password"> = {},
  ): Promise<ValidatorIdentity | RemoteIdentity> {
    return openIdentity(config, options.password);
  },
} as const;
