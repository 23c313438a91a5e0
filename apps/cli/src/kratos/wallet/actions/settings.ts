import { checkUrl } from "../../client/createKratosClient.ts";
import { writeWallet } from "../file/walletFolder.ts";
import { sealWallet, type WalletSettings } from "../file/walletText.ts";
import { answer } from "../io.ts";
import { openNode, walletClient } from "../node/openNode.ts";
import type { Session } from "../session.ts";
import { choosePassword } from "./choosePassword.ts";

/** Shows the address, the endpoint and the chain. Needs neither password nor node. */
export function showAddress({ wallet, io }: Session): void {
  const data = { address: `0x${wallet.account}`, rpcUrl: wallet.rpcUrl, genesisHash: `0x${wallet.genesisHash}` };
  answer(io, data, [data.address]);
}

/**
 * Changes the endpoint: only to a node of the same chain (kratos-core 14.4).
 * @throws UserError OTHER_CHAIN, RPC_URL, WALLET_PASSWORD; KratosClientError
 */
export async function setRpc(session: Session, url: string): Promise<void> {
  const rpcUrl = checkUrl(url);
  const { info } = await openNode(walletClient(rpcUrl), session.wallet.genesisHash);
  await reseal(session, { rpcUrl }, await session.password());
  const lines = [`endpoint ${rpcUrl}`, `chain    ${JSON.stringify(info.chainName)}, block ${info.height}`];
  answer(session.io, { rpcUrl, chainName: info.chainName, height: info.height }, lines);
}

/**
 * Encrypts the wallet under another password, with the same or a higher cost of guessing.
 * @param given the new password, or undefined to ask for it
 */
export async function changePassword(
  session: Session,
  given: string | undefined,
  cost = session.wallet.cost,
): Promise<void> {
  await session.secret();
  await reseal(session, { cost }, await choosePassword(session.io, given));
  answer(session.io, { changed: true }, [
    "the password is changed; copies of the old file still open with the old one",
  ]);
}

async function reseal(session: Session, changes: Partial<WalletSettings>, password: string): Promise<void> {
  const { account, rpcUrl, genesisHash, cost } = session.wallet;
  const settings = { account, rpcUrl, genesisHash, cost, ...changes };
  const sealed = sealWallet(settings, await session.secret(), password);
  writeWallet(session.folder, sealed);
  session.renew(sealed, password);
}
