import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

for (const name of ["kairos", "kratos"]) {
  test(`${name} ends quietly when nobody reads its answer any more, as with | head`, async () => {
    const program = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
    const child = spawn(process.execPath, [program, "--help"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    const ended = new Promise((resolve) => child.on("close", (code, signal) => resolve(code ?? signal)));
    const said = await text(child.stderr);
    assert.deepEqual([await ended, said], [0, ""]);
  });
}
