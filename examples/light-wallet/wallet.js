// A wallet that trusts nobody but the genesis document beside it.
import { anchorFromGenesis, createJsonRpc, formatUsdc, jsonRpcProofs, LightClient } from "/modules/sdk.js";

const byId = (id) => document.getElementById(id);
const form = byId("ask");

// The genesis comes with the page, so whoever trusts the page trusts it. The node's address may be anybody's.
const anchor = await loadAnchor().catch((error) => {
  byId("network").textContent = "No genesis, so nothing can be verified.";
  showRefusal(error);
  throw error;
});
document.body.dataset.ready = "true";

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void verify();
});

// A link may fill the form: ?node=…&account=…&payment=…
const query = new URLSearchParams(location.search);
for (const [name, value] of query) {
  const input = form.elements.namedItem(name);
  if (input instanceof HTMLInputElement) input.value = value;
}
if (query.has("node") && query.has("account")) void verify();

/** Reads the genesis and checks every key in it. */
async function loadAnchor() {
  const response = await fetch("./genesis.json");
  if (!response.ok) throw new Error(`genesis.json is not beside this page (HTTP status ${response.status})`);
  const started = performance.now();
  const found = anchorFromGenesis(await response.text());
  const network = `${found.n} validators, chain ${found.chainId}, genesis 0x${found.genesisHash.slice(0, 16)}…`;
  byId("network").textContent = `${network} (checked in ${Math.round(performance.now() - started)} ms)`;
  return found;
}

/** Asks the node, and shows what it could prove. */
async function verify() {
  const { node, account, payment } = Object.fromEntries(new FormData(form));
  const button = form.querySelector("button");
  button.disabled = true;
  for (const id of ["balance", "payment", "refused"]) byId(id).hidden = true;
  try {
    const light = new LightClient(anchor, jsonRpcProofs(createJsonRpc(node)));
    showBalance(await light.balance(account));
    if (payment !== "") showPayment(await light.payment(payment));
  } catch (error) {
    showRefusal(error);
  } finally {
    button.disabled = false;
    document.body.dataset.answered = String(Number(document.body.dataset.answered ?? 0) + 1);
  }
}

function showBalance({ usdc6, blacklisted, block }) {
  byId("amount").textContent = formatUsdc(usdc6);
  byId("blacklisted").hidden = !blacklisted;
  byId("balance-proof").textContent = proofText(block);
  byId("balance").hidden = false;
}

function showPayment({ from, transaction, block }) {
  const rows = transaction.payments.map(({ to, amount, memo }) => {
    const row = document.createElement("li");
    const text = new TextDecoder().decode(memo);
    row.textContent = `${formatUsdc(amount)} USDC from ${from} to 0x${to}${text === "" ? "" : `: ${text}`}`;
    return row;
  });
  byId("transfers").replaceChildren(...rows);
  byId("payment-proof").textContent = proofText(block);
  byId("payment").hidden = false;
}

function showRefusal(error) {
  byId("reason").textContent = error instanceof Error ? error.message : String(error);
  byId("hint").textContent = error?.hint ?? "";
  byId("refused").hidden = false;
}

/** What a person may compare with another source. */
function proofText({ height, hash, header }) {
  const time = new Date(header.timestampS * 1000).toLocaleString();
  return `Proven final in block ${height} of ${time}, ${hash.slice(0, 18)}…`;
}
