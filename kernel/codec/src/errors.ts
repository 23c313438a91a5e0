/** Codes of the faults a decoder of this package can return, with what each one means. */
export const codecFaults = {
  BYTES_TRUNCATED: "the input ended inside a field",
  BYTES_TRAILING: "the input goes on after the last field",
  BYTES_UNSAFE_INTEGER: "a u64 that counts views, heights or milliseconds is 2^53 or more (kairos R32)",
  BYTES_TOO_LONG: "a length-prefixed field is longer than its limit",
  HEX_MALFORMED: "not an even number of hex characters, or a wrong prefix",
  HEX_TOO_LONG: "hex text for more bytes than the limit",
  HEX_QUANTITY: "not a 0x quantity: no digits, a leading zero, or too large",
  RLP_TOO_LONG: "more bytes than the limit",
  RLP_TRUNCATED: "a length points past the end of the input or of its list",
  RLP_TRAILING: "bytes after the item",
  RLP_NON_CANONICAL: "a longer form than needed, or a length with a leading zero",
  RLP_TOO_DEEP: "lists nested deeper than the limit",
  RLP_TOO_MANY_ITEMS: "more items than the limit",
  RLP_NOT_BYTES: "a list where a byte string belongs",
  RLP_NOT_LIST: "a byte string where a list belongs",
  RLP_INTEGER: "an integer with a leading zero or more bytes than its type",
  KCE_TRUNCATED: "the input ended inside a value",
  KCE_TRAILING: "the input goes on after the value",
  KCE_TOO_LONG: "a count above its limit or above the remaining input",
  KCE_TAG: "an unknown variant, or a bool or optional marker other than 0 and 1",
  KCE_TEXT: "a text that is not valid UTF-8",
  KCE_INTEGER: "a counter of 2^53 or more",
} as const;

/** One of the codes above. */
export type CodecFaultCode = keyof typeof codecFaults;
