/**
 * A result that is JSON text already, made in another thread: the server sends it as it is, so that a large answer costs
 * its own thread nothing but the copy.
 */
export class RawJson {
  readonly text: string;

  /** @param text valid JSON */
  constructor(text: string) {
    this.text = text;
  }

  /** The value itself, for whoever writes it by other means. */
  toJSON(): unknown {
    return JSON.parse(this.text);
  }
}
