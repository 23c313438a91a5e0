import { InvalidArgumentError } from "commander";

/** Reads an option that is an integer in min..max. */
export function integerOption(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,16}$/.test(text) || value < min || value > max) {
      throw new InvalidArgumentError(`want an integer in ${min}..${max}`);
    }
    return value;
  };
}

/** Reads an option that is an address: 0x and 40 hex characters. Gives it in lower case. */
export function addressOption(text: string): string {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) throw new InvalidArgumentError("want 0x and 40 hex characters");
  return text.toLowerCase();
}

/** The help text of an example. */
export function example(...lines: readonly string[]): string {
  return `\nExample:\n${lines.map((line) => `  $ ${line}`).join("\n")}`;
}
