import { rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { UserError } from "../errors.ts";

/** Longest path of a Unix socket that all systems take. */
const MAX_PATH_BYTES = 103;

/**
 * Makes a socket path usable: a socket that nobody listens on is left over from a process that was killed, and removed.
 * @throws UserError when somebody listens there, when the path is something else, or when it is too long
 */
export async function freeSocketPath(path: string): Promise<void> {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
    const hint = "choose a shorter path, for example /run/kairos/signer.sock";
    throw new UserError("LISTEN", `${path} is too long for a socket`, hint, { exitCode: 2 });
  }
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket() || (await isListened(path))) {
    const what = found.isSocket() ? "another process listens on" : "there is a file at";
    throw new UserError("LISTEN", `${what} ${path}`, "stop the other signer, or choose another path");
  }
  rmSync(path, { force: true });
}

function isListened(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
