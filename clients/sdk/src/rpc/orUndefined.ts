import { KairosError } from "../errors/kairosError.ts";

/** The value, or undefined for NOT_FOUND. */
export async function orUndefined<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof KairosError && error.codeName === "NOT_FOUND") return undefined;
    throw error;
  }
}
