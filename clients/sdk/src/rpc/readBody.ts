import { KairosError } from "../errors/kairosError.ts";

/** Largest answer that is read: above a node's own limit of 25 MiB (kairos 16.3). */
const maxAnswerBytes = 32 * 1024 * 1024;

/**
 * The text of an answer, given up at once when it is longer than any honest one.
 * @throws KairosError OTHER when it is too long, UNAVAILABLE when the connection breaks
 */
export async function readBody(response: Response): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new KairosError("UNAVAILABLE", "the connection broke within an answer", { cause });
    });
    if (done) return text + decoder.decode();
    bytes += value.length;
    if (bytes > maxAnswerBytes) {
      await reader.cancel();
      throw new KairosError("OTHER", `an answer of more than ${maxAnswerBytes} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
