import { answer } from "../io.ts";
import type { Session } from "../session.ts";
import { formatKrat } from "../text/amounts.ts";

/** Shows free, reserved and total balance and the nonce (kratos-core 14.3). Needs no password. */
export async function showBalance(session: Session): Promise<void> {
  const { client, info } = await session.node();
  const { account } = session.wallet;
  const { freeRaw, reservedRaw, totalRaw, nonce } = await client.state_getAccount(account);
  const data = { address: `0x${account}`, free: freeRaw, reserved: reservedRaw, total: totalRaw, nonce };
  const lines = [
    `address  0x${account}`,
    `free     ${formatKrat(freeRaw)}`,
    `reserved ${formatKrat(reservedRaw)}`,
    `total    ${formatKrat(totalRaw)}`,
    `nonce    ${nonce}`,
  ];
  if (!info.isSynced) lines.push(`The node is ${info.syncGap} blocks behind: this may be old.`);
  answer(session.io, { ...data, height: info.height, isSynced: info.isSynced }, lines);
}
