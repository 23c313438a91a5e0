/** A flag's value for one key of the configuration. */
export interface FlagValue {
  readonly value: unknown;
  /** As typed, for messages. */
  readonly flag: string;
}

/** Keys of the configuration, by the name of the flag that stands for each. */
export type FlagKeys = Readonly<Record<string, readonly [key: string, flag: string]>>;

/** What `--otlp-endpoint` says of itself in every command that has it. */
export const otlpOption = [
  "--otlp-endpoint <url>",
  "follow payments and send their spans there (OTLP over HTTP)",
] as const;

/**
 * The configuration that flags stand for; it is above files and variables (kairos X2). `--otlp-endpoint` means two keys: it
 * switches tracing on and says where to.
 * @param flags as parsed; what was not given is undefined
 * @example flagValues({ logLevel: "debug" }, { logLevel: ["logging.level", "--log-level"] })
 */
export function flagValues(flags: object, keys: FlagKeys): Readonly<Record<string, FlagValue>> {
  const given: Readonly<Record<string, unknown>> = { ...flags };
  const values: Record<string, FlagValue> = {};
  for (const [name, [key, flag]] of Object.entries(keys)) {
    if (given[name] !== undefined) values[key] = { value: given[name], flag };
  }
  if (given.otlpEndpoint !== undefined) {
    values["tracing.enabled"] = { value: true, flag: "--otlp-endpoint" };
    values["tracing.otlp_endpoint"] = { value: given.otlpEndpoint, flag: "--otlp-endpoint" };
  }
  return values;
}
