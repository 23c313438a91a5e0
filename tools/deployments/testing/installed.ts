import { spawnSync } from "node:child_process";

/**
 * False when a program answers, else the reason for a test to be skipped.
 * @example test("…", { skip: missing("docker-compose", "version") }, () => …)
 */
export function missing(program: string, ...args: readonly string[]): string | false {
  const { status, error } = spawnSync(program, args, { stdio: "ignore", timeout: 20_000 });
  return error === undefined && status === 0 ? false : `${program} is not installed`;
}
