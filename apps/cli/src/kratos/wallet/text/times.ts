const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/** A time as people say it when it is recent, else date and time in UTC (kratos-core 14.4). @param at Unix seconds */
export function formatTime(at: number, nowSeconds: number): string {
  const ago = nowSeconds - at;
  if (ago < -MINUTE || ago >= 7 * DAY) return formatDate(at);
  if (ago < MINUTE) return "just now";
  return `${formatDuration(ago)} ago`;
}

/** A length of time in its largest unit: `5 min`, `3 h`, `2 days`. */
export function formatDuration(seconds: number): string {
  if (seconds < MINUTE) return `${Math.ceil(seconds)} s`;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.floor(seconds / DAY)} days`;
}

/** Years that a date of JavaScript can hold; a node may say any number. */
const MAX_SECONDS = 8_640_000_000_000;

function formatDate(at: number): string {
  if (at > MAX_SECONDS) return `second ${at}`;
  return `${new Date(at * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
