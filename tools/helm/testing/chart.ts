import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, parseAllDocuments } from "yaml";

/** The folder of the chart. */
export const chartFolder = fileURLToPath(new URL("../../../deployments/helm/kairos/", import.meta.url));

/** Any tree of values. */
export type Tree = { readonly [key: string]: unknown };

/** One object of Kubernetes, as far as tests look. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  // biome-ignore lint/suspicious/noExplicitAny: manifests are trees of a hundred shapes, and a wrong path fails the test
  readonly spec: any;
  readonly data?: Readonly<Record<string, string>>;
}

/** Result of rendering: objects and notes, or the message of the chart's failure. */
export type Rendered =
  | { readonly ok: true; readonly manifests: readonly Manifest[]; readonly notes: string }
  | { readonly ok: false; readonly message: string };

/** Compiles the renderer once and renders with it. */
export interface Renderer {
  render(values: Tree): Rendered;
  close(): void;
}

const source = fileURLToPath(new URL("../render.go", import.meta.url));
/** Where Debian puts the sources of Go libraries. */
const GOPATH = "/usr/share/gocode";

/**
 * Compiles tools/helm/render.go without a network.
 * @returns why not, when Go or sprig is not installed
 */
export function createRenderer(): Renderer | string {
  if (!existsSync(`${GOPATH}/src/github.com/Masterminds/sprig`))
    return "golang-github-masterminds-sprig-dev is not installed";
  const folder = mkdtempSync(join(tmpdir(), "kairos-helm-"));
  const program = join(folder, "render");
  const env = { ...process.env, GO111MODULE: "off", GOPATH };
  const built = spawnSync("go", ["build", "-o", program, source], { env, encoding: "utf8" });
  if (built.error !== undefined) return "golang-go is not installed";
  if (built.status !== 0) throw new Error(built.stderr);
  const close = () => rmSync(folder, { recursive: true });
  return { close, render: (values) => render(program, values) };
}

/** The values of values.yaml. */
export function defaultValues(): Tree {
  return parse(readFileSync(join(chartFolder, "values.yaml"), "utf8")) as Tree;
}

/** Values over others, key by key, as Helm merges what a person gives; lists are replaced. */
export function merge(base: Tree, over: Tree): Tree {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    merged[key] = isTree(base[key]) && isTree(value) ? merge(base[key], value) : value;
  }
  return merged;
}

function render(program: string, values: Tree): Rendered {
  const chart = parse(readFileSync(join(chartFolder, "Chart.yaml"), "utf8")) as Readonly<Record<string, string>>;
  const input = JSON.stringify({
    chart: { Name: chart.name, Version: chart.version, AppVersion: chart.appVersion },
    release: { Name: "net", Namespace: "payments", Service: "Helm", IsInstall: true, Revision: 1 },
    values: merge(defaultValues(), values),
    templates: read("templates"),
    files: read("files"),
  });
  const { status, stdout, stderr } = spawnSync(program, { input, encoding: "utf8", maxBuffer: 16 * 1024 * 1024 });
  if (status !== 0) return { ok: false, message: stderr };
  const texts = JSON.parse(stdout) as Readonly<Record<string, string>>;
  const manifests = Object.entries(texts)
    .filter(([path]) => path.endsWith(".yaml"))
    .flatMap(([path, text]) => parseDocuments(path, text));
  return { ok: true, manifests, notes: texts["templates/NOTES.txt"]! };
}

function parseDocuments(path: string, text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw new Error(`${path}: ${problem.message}\n${text}`);
    const value = document.toJS() as Manifest | null;
    return value === null ? [] : [value];
  });
}

function read(folder: string): Readonly<Record<string, string>> {
  const path = join(chartFolder, folder);
  const names = existsSync(path) ? readdirSync(path) : [];
  return Object.fromEntries(names.map((name) => [`${folder}/${name}`, readFileSync(join(path, name), "utf8")]));
}

/** True for a mapping. */
export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
