import { checkUrl } from "../../client/createKratosClient.ts";
import { changePassword, setRpc, showAddress } from "../actions/settings.ts";
import type { Prompts } from "../prompts.ts";
import type { Session } from "../session.ts";
import { chooseAgain } from "./chooseAgain.ts";

/** Address, endpoint, password. */
export function settingsMenu(session: Session, prompts: Prompts): Promise<void> {
  return chooseAgain(session, prompts, "Settings", [
    { name: "Show the address", value: async () => showAddress(session) },
    {
      name: "Change the endpoint",
      value: () => askEndpoint(session, prompts),
      description: "to a node of the same chain",
    },
    { name: "Change the password", value: () => changePassword(session, undefined) },
  ]);
}

async function askEndpoint(session: Session, prompts: Prompts): Promise<void> {
  const url = await prompts.text("Endpoint of a node:", checkUrl, session.wallet.rpcUrl);
  await setRpc(session, url);
}
