/**
 * One value of a node's `/metrics`, the first series that begins with the name.
 * @throws Error when there is none
 */
export async function metricOf(port: number, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`${name} `) || one.startsWith(`${name}{`));
  if (line === undefined) throw new Error(`the node has no metric ${name}`);
  return Number(line.slice(line.lastIndexOf(" ") + 1));
}

/** Processor time of a node so far, user and system, all threads. */
export function cpuSecondsOf(port: number): Promise<number> {
  return metricOf(port, "kairos_process_cpu_seconds_total");
}
