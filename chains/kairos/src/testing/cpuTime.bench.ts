/** Milliseconds of processor time that this process has used: other programs on the machine do not disturb it. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
