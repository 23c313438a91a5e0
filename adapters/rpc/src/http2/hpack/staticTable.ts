/** The fixed entries of HPACK, from index 1 on, as `name` or `name: value` (RFC 7541 appendix A). */
const entries: readonly string[] = (
  ":authority|:method: GET|:method: POST|:path: /|:path: /index.html|:scheme: http|:scheme: https|:status: 200|" +
  ":status: 204|:status: 206|:status: 304|:status: 400|:status: 404|:status: 500|accept-charset|" +
  "accept-encoding: gzip, deflate|accept-language|accept-ranges|accept|access-control-allow-origin|age|allow|" +
  "authorization|cache-control|content-disposition|content-encoding|content-language|content-length|content-location|" +
  "content-range|content-type|cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|" +
  "if-range|if-unmodified-since|last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range|" +
  "referer|refresh|retry-after|server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|" +
  "www-authenticate"
).split("|");

/** A header field. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** The fixed entries; index i of HPACK is at i - 1. */
export const staticTable: readonly Field[] = entries.map((entry) => {
  const end = entry.indexOf(": ", 1);
  return end < 0 ? { name: entry, value: "" } : { name: entry.slice(0, end), value: entry.slice(end + 2) };
});
