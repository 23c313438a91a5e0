import { UserError } from "../../../errors.ts";
import { type Choice, isExit, type Prompts } from "../prompts.ts";
import type { Session } from "../session.ts";

/** What a line of a menu does. */
export type Action = (session: Session, prompts: Prompts) => Promise<unknown>;

/**
 * Shows choices again and again until the way out, or Ctrl+C, is chosen. The error of an action is told and forgotten.
 * @param exit name of the way out
 */
export async function chooseAgain(
  session: Session,
  prompts: Prompts,
  title: string,
  choices: readonly Choice<Action>[],
  exit = "Back",
): Promise<void> {
  for (;;) {
    const action = await prompts.choose<Action | undefined>(title, [...choices, { name: exit, value: undefined }]);
    if (action === undefined) return;
    await act(session, prompts, action);
  }
}

async function act(session: Session, prompts: Prompts, action: Action): Promise<void> {
  try {
    await action(session, prompts);
  } catch (error) {
    // Ctrl+C in a question leads one menu back.
    if (isExit(error)) return;
    if (!(error instanceof UserError)) throw error;
    session.io.note(`error: ${error.message}`);
    session.io.note(`hint: ${error.hint}`);
  }
}
