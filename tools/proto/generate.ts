import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../..");
const protos = "clients/proto/proto";
/** Where the generated code is checked in. */
export const generatedFolder: string = join(root, "clients/proto/src");

/** The buf program of this platform; undefined when npm installed none. */
export function bufProgram(): string | undefined {
  const name = process.platform === "win32" ? "buf.exe" : "buf";
  const path = join(root, `node_modules/@bufbuild/buf-${process.platform}-${process.arch}/bin/${name}`);
  return existsSync(path) ? path : undefined;
}

/**
 * Makes the TypeScript of all proto files. Each file gets `.generated.ts` as its ending, so that the house rules know it;
 * `index.ts` exports them all.
 * @returns texts by path below the folder of generated code
 */
export function generateProtos(buf: string): ReadonlyMap<string, string> {
  const out = mkdtempSync(join(tmpdir(), "kairos-proto-"));
  try {
    const template = join(protos, "buf.gen.yaml");
    execFileSync(buf, ["generate", protos, "--template", template, "-o", out], { cwd: root, stdio: "pipe" });
    const paths = globSync("**/*.ts", { cwd: out }).sort();
    const index = paths.map((path) => `export * from "./${renamed(path)}";\n`).join("");
    return new Map([
      ["index.ts", index],
      ...paths.map(
        (path) =>
          [renamed(path), readFileSync(join(out, path), "utf8").replaceAll('_pb.ts"', '.generated.ts"')] as const,
      ),
    ]);
  } finally {
    rmSync(out, { recursive: true });
  }
}

/**
 * Checks the style of all proto files.
 * @returns what `buf lint` says; empty when all is well
 */
export function lintProtos(buf: string): string {
  try {
    return execFileSync(buf, ["lint", protos], { cwd: root, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    return String((error as { readonly stdout?: string }).stdout ?? error);
  }
}

function renamed(path: string): string {
  return path.replaceAll("\\", "/").replace("_pb.ts", ".generated.ts");
}

if (import.meta.main) {
  const buf = bufProgram();
  if (buf === undefined) throw new Error("npm has installed no buf for this platform");
  rmSync(generatedFolder, { recursive: true, force: true });
  for (const [path, text] of generateProtos(buf)) {
    mkdirSync(dirname(join(generatedFolder, path)), { recursive: true });
    writeFileSync(join(generatedFolder, path), text);
  }
}
