/** A stranger's text for a terminal: without control characters, which could hide or repaint what stands there. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, "?");
}
