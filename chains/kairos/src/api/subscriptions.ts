import { bytesToHex0x, quantityOf } from "@polis/codec";
import type { ApiBlock, KairosBackend } from "./backend.ts";
import { headerJson } from "./blockJson.ts";
import { blockLogs } from "./blockLogs.ts";
import type { ApiEvent } from "./events.ts";
import { type LogCriteria, matchesLog, mayMatch } from "./logCriteria.ts";
import { criteriaFields, criteriaOf, poolHidden } from "./logMethods.ts";
import { type Json, type Opened, refusal, type SubscribeMethod, type UnsubscribeMethod } from "./method.ts";
import type { FieldsOf, ParamSpec } from "./paramSpec.ts";
import { transactionJson } from "./transactionJson.ts";
import { takeWatch } from "./watchBudget.ts";

type Push = (value: Json) => void;

const optionFields = [
  ...criteriaFields,
  { name: "level", type: "text", maxLength: 16, oneOf: ["finalized", "notarized"], optional: true },
] as const;
const optionForms = [
  { name: "options", type: "boolean" },
  { name: "options", type: "object", fields: optionFields },
] as const;
type Options = FieldsOf<typeof optionFields> | boolean | undefined;

const ethParams: readonly ParamSpec[] = [
  { name: "kind", type: "text", maxLength: 32, oneOf: ["newHeads", "logs", "newPendingTransactions"] },
  { name: "options", type: "union", of: optionForms, form: "an object or a boolean", optional: true },
];

const kairosKinds = ["notarized", "finalized", "nullified", "evidence"];
const kairosKind = { name: "kind", type: "text", maxLength: 32, oneOf: kairosKinds } as const;
const kairosForms = [kairosKind, { name: "kinds", type: "list", of: kairosKind, max: 4 }] as const;
const kairosParams: readonly ParamSpec[] = [
  { name: "kinds", type: "union", of: kairosForms, form: `one or several of ${kairosKinds.join(", ")}` },
];
const unsubscribe: UnsubscribeMethod = {
  kind: "unsubscribe",
  params: [{ name: "subscription", type: "text", maxLength: 66 }],
  weight: 1,
};

/** Subscriptions (kairos 16.2, J2): event sources; a server with sockets carries them. */
export const kairosSubscriptions: Readonly<Record<string, SubscribeMethod | UnsubscribeMethod>> = {
  eth_subscribe: {
    kind: "subscribe",
    params: ethParams,
    weight: 10,
    notification: "eth_subscription",
    open: (node, [kind, options], push) => openEth(node, kind as string, options as Options, push),
  },
  eth_unsubscribe: unsubscribe,
  kairos_subscribe: {
    kind: "subscribe",
    params: kairosParams,
    weight: 10,
    notification: "kairos_subscription",
    open: (node, [kinds], push) => openKairos(node, typeof kinds === "string" ? [kinds] : (kinds as string[]), push),
  },
  kairos_unsubscribe: unsubscribe,
};

function openEth(node: KairosBackend, kind: string, options: Options, push: Push): Opened {
  const fields = typeof options === "object" ? options : undefined;
  if (kind === "logs") {
    if (options === true || options === false) return wrongOptions("an object with address and topics");
    return listenToLogs(node, criteriaOf(fields ?? { address: undefined, topics: undefined }), push);
  }
  if (kind === "newPendingTransactions") {
    if (fields !== undefined) return wrongOptions("true for whole transactions, or nothing");
    return node.limits.pendingPublic ? listen(node, pendingOf(node, options === true, push)) : poolHidden;
  }
  if (typeof options === "boolean") return wrongOptions("an object with level");
  return listen(node, headsOf(node, fields?.level === "notarized", push));
}

function wrongOptions(form: string): Opened {
  return refusal(-32602, `invalid parameter options: want ${form}`);
}

function listen(node: KairosBackend, listener: (event: ApiEvent) => void): Opened {
  return { ok: true, value: node.events.subscribe(listener) };
}

function listenToLogs(node: KairosBackend, criteria: LogCriteria, push: Push): Opened {
  const giveBack = takeWatch(node, criteria);
  if (giveBack === undefined) return refusal(-32005, "too many addresses and topics are watched");
  const stop = node.events.subscribe(logsOf(node, criteria, push));
  const end = () => {
    stop();
    giveBack();
  };
  return { ok: true, value: end };
}

/** The same objects go to every subscriber, so that a server writes each of them once. */
const heads = new WeakMap<ApiBlock, Json>();

function headOf(block: ApiBlock): Json {
  let json = heads.get(block);
  if (json === undefined) {
    json = headerJson(block);
    heads.set(block, json);
  }
  return json;
}

/** Finalized heads, each height once; with `notarized` also those that may still be skipped, and then their removal. */
function headsOf(node: KairosBackend, notarized: boolean, push: Push) {
  return (event: ApiEvent) => {
    if (event.what === "final") {
      const block = node.blockByDigest(event.digest);
      if (block !== undefined) push(headOf(block));
      return;
    }
    if (!notarized) return;
    if (event.what === "notarized") {
      const block = node.blockByDigest(event.digest);
      if (block !== undefined) push({ ...(headOf(block) as Record<string, Json>), level: "notarized" });
    } else if (event.what === "skipped") push({ hash: `0x${event.digest}`, removed: true });
  };
}

function pendingOf(node: KairosBackend, whole: boolean, push: Push) {
  return (event: ApiEvent) => {
    if (event.what !== "pooled") return;
    if (!whole) {
      push(`0x${event.hash}`);
      return;
    }
    const found = node.unfinal(event.hash);
    if (found?.state === "pending" || found?.state === "queued") push(transactionJson(found.verified, undefined));
  };
}

function logsOf(node: KairosBackend, criteria: LogCriteria, push: Push) {
  return (event: ApiEvent) => {
    if (event.what !== "final") return;
    const block = node.blockByDigest(event.digest);
    if (block === undefined || !mayMatch(criteria, block.header.logsBloom)) return;
    for (const one of blockLogs(block).candidates(criteria)) {
      if (matchesLog(criteria, one.log)) push(one.json());
    }
  };
}

function openKairos(node: KairosBackend, kinds: readonly string[], push: Push): Opened {
  return listen(node, (event) => {
    if (event.what === "final" || event.what === "pooled" || event.what === "skipped") return;
    if (event.what === "entered" || event.what === "proposed" || !kinds.includes(event.what)) return;
    const { what, epoch, view, seenMs, certificate } = event;
    const common: Record<string, Json> = {
      event: what,
      epoch: quantityOf(epoch),
      view: quantityOf(view),
      seenMs,
      certificate: certificate === undefined ? null : bytesToHex0x(certificate),
    };
    if (what === "notarized" || what === "finalized") {
      common.hash = `0x${event.digest}`;
      if (event.height !== undefined) common.height = quantityOf(event.height);
    }
    push(what === "evidence" ? { ...common, evidence: event.evidence } : common);
  });
}
