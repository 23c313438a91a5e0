/**
 * Name of a backup file by its time in UTC (kairos D3).
 * @param nowMs Unix milliseconds
 * @example backupName(0) // "kairos-backup-19700101_000000.tar.zst"
 */
export function backupName(nowMs: number): string {
  const [date, time] = new Date(nowMs).toISOString().slice(0, 19).split("T");
  return `kairos-backup-${date!.replaceAll("-", "")}_${time!.replaceAll(":", "")}.tar.zst`;
}
