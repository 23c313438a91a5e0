/**
 * The text of `run.mjs`: a script beside generated configurations that runs one validator process for each and ends
 * only the processes that it started itself (kairos 18.3).
 * @param program the entry file of `kairos`; the script takes another one as its argument
 */
export function runScript(program: string, n: number): string {
  return `// Runs the ${n} validators of this folder. Ctrl-C ends them, and nothing else.
// Usage: node run.mjs [path of kairos.ts]
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { join } from "node:path";

const folder = fileURLToPath(new URL(".", import.meta.url));
const program = process.argv[2] ?? ${JSON.stringify(program)};
const STOP_MS = 11_000;
let failed = 0;

const children = Array.from({ length: ${n} }, (_, i) => {
  const config = join(folder, \`node\${i}\`, "config.toml");
  // A process group of its own: Ctrl-C reaches this script, and this script tells its children once. If this script dies,
  // as with a closed terminal, the channel closes and the child ends.
  const stdio = ["ignore", "pipe", "pipe", "ipc"];
  const child = spawn(process.execPath, [program, "run", "--config", config], { detached: true, stdio });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8");
    let rest = "";
    stream.on("data", (text) => {
      const lines = (rest + text).split("\\n");
      rest = lines.pop();
      for (const line of lines) process.stdout.write(\`node\${i} | \${line}\\n\`);
    });
  }
  child.on("exit", (code, signal) => {
    process.stdout.write(\`node\${i} | ended with \${signal ?? code}\\n\`);
    if (code !== 0) failed = 1;
  });
  return child;
});

let stopping = false;
function stop() {
  if (stopping) return;
  stopping = true;
  for (const child of children) child.kill("SIGTERM");
  const force = setTimeout(() => children.forEach((child) => child.kill("SIGKILL")), STOP_MS);
  force.unref();
}
process.on("SIGINT", stop);
process.on("SIGTERM", stop);

await Promise.all(children.map((child) => new Promise((resolve) => child.on("close", resolve))));
process.exitCode = failed;
`;
}
