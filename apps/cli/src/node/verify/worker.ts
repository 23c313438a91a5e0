import { parentPort, workerData } from "node:worker_threads";
import { addressToBytes } from "@polis/codec";
import { verifyEnvelope } from "@polis/kairos";
import { unpackEnvelopes, VERDICT_BYTES } from "./pack.ts";
import type { VerifyAnswer, VerifyJob, VerifySetup } from "./pool.ts";

/** A thread that checks signatures: envelopes in, verdicts out, nothing kept between jobs. */
const params = workerData as VerifySetup;
const port = parentPort;
if (port === null) throw new Error("this file runs as a worker thread");

port.on("message", (job: VerifyJob) => {
  const envelopes = unpackEnvelopes(job.packed);
  const verdicts = new Uint8Array(envelopes.length * VERDICT_BYTES);
  envelopes.forEach((envelope, i) => {
    const sender = verifyEnvelope(envelope, params);
    if (!sender.ok) return;
    verdicts[i * VERDICT_BYTES] = 1;
    verdicts.set(addressToBytes(sender.value), i * VERDICT_BYTES + 1);
  });
  const answer: VerifyAnswer = { id: job.id, verdicts };
  port.postMessage(answer, [verdicts.buffer]);
});
