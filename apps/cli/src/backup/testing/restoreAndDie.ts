import { type RestoreRequest, restoreBackup } from "../restoreBackup.ts";

/**
 * A restore that is killed by itself, as a process of its own: `node restoreAndDie.ts REQUEST MOMENT`. The moments are
 * `writing`, when the first rows are written, and `replacing`, right before the store takes its place.
 */
const request = JSON.parse(process.argv[2]!) as RestoreRequest;
const moment = process.argv[3];
const die = () => process.kill(process.pid, "SIGKILL");
await restoreBackup(
  { ...request, beforeReplacing: () => void (moment === "replacing" && die()) },
  (step) => void (moment === "writing" && step === "restoring" && die()),
);
