import { lineAt, type Problem, type Repo, type SourceFile } from "./repo.ts";
import { isPure } from "./rings.ts";

/** A name that must not appear, where, and what to write instead. */
interface Ban {
  readonly name: string;
  readonly pattern: RegExp;
  readonly instead: string;
  readonly where: (source: SourceFile) => boolean;
}

const pure = (source: SourceFile) => isPure(source.path) && !source.isTest;
const everywhere = () => true;
const random = (source: SourceFile) => isPure(source.path) || source.isTest;
const tests = (source: SourceFile) => source.isTest;
/** Loading a WebAssembly hash takes a promise once, and API methods wait for the node's answer; protocol code never does. */
const PATIENT = ["kernel/crypto/", "chains/kairos/src/api/"];
const protocol = (source: SourceFile) => pure(source) && !PATIENT.some((prefix) => source.path.startsWith(prefix));

/** Files of the pure rings that read documents of people, not of peers, and may parse JSON. */
const JSON_READERS = ["kernel/crypto/src/keystore/", "kernel/crypto/src/keys/", "chains/kairos/src/genesis"];
const jsonFree = (source: SourceFile) => pure(source) && !JSON_READERS.some((prefix) => source.path.startsWith(prefix));

/** The two that end a process which does nothing any more but be held. */
const ENDERS = ["apps/cli/src/run/exitAfter.ts", "tools/test/watchEnd.ts"];

const BANS: readonly Ban[] = [
  { name: "Date", pattern: /\bDate\b/, instead: "take the time of the step", where: pure },
  {
    name: "Math.random",
    pattern: /\bMath\.random\b/,
    instead: "take bytes from the world or the seed",
    where: random,
  },
  {
    name: "Math float",
    pattern: /\bMath\.(?!max\b|min\b|floor\b|ceil\b|trunc\b|abs\b|sign\b|imul\b|clz32\b|round\b)\w+/,
    instead: "use integers; results of these functions differ between engines",
    where: pure,
  },
  { name: "float literal", pattern: /(?<![\w.])\d[\d_]*\.\d/, instead: "use an integer fraction", where: pure },
  {
    name: "timers",
    pattern: /\b(setTimeout|setInterval|setImmediate|queueMicrotask)\b/,
    instead: "return a setTimer effect",
    where: pure,
  },
  { name: "process", pattern: /\b(process|globalThis)\b(?!\s*[(:?])/, instead: "pass the value in", where: pure },
  { name: "performance", pattern: /\bperformance\./, instead: "take the time of the step", where: pure },
  {
    name: "floats",
    pattern: /\b(Float16Array|Float32Array|Float64Array|parseFloat|[gs]etFloat\d+)\b/,
    instead: "use integers",
    where: pure,
  },
  {
    name: "for-in",
    pattern: /\bfor\s*\(\s*(?:const|let|var)\s+\w+\s+in\b/,
    instead: "iterate over a sorted list",
    where: pure,
  },
  { name: "JSON.parse", pattern: /\bJSON\.parse\b/, instead: "decode with a limit and exact fields", where: jsonFree },
  {
    name: "locale",
    pattern: /\bIntl\b|\.toLocale\w+|\.localeCompare\b/,
    instead: "compare code units or bytes",
    where: pure,
  },
  {
    name: "async",
    pattern: /\basync\b|\bawait\b|\bnew Promise\b/,
    instead: "return an effect; the answer comes back as an event",
    where: protocol,
  },
  { name: "default sort", pattern: /\.(sort|toSorted)\(\s*\)/, instead: "pass a comparator", where: pure },
  { name: "console", pattern: /\bconsole\./, instead: "return an observation", where: pure },
  { name: "eval", pattern: /\beval\(|\bnew Function\b/, instead: "write the code", where: everywhere },
  { name: "weak references", pattern: /\b(WeakRef|FinalizationRegistry)\b/, instead: "own the lifetime", where: pure },
  { name: "export default", pattern: /\bexport\s+default\b/, instead: "export by name", where: everywhere },
  {
    name: "erasable",
    pattern: /^\s*(export\s+)?(declare\s+)?(const\s+)?(enum|namespace)\s+\w/m,
    instead: "use unions and modules",
    where: everywhere,
  },
  {
    name: "process.exit",
    pattern: /\bprocess\s*\.\s*(exit|reallyExit)\b/,
    instead: "set process.exitCode and let go of what holds the process; exitAfter ends what is held",
    where: ({ path }) => !ENDERS.includes(path),
  },
  {
    name: "test focus",
    pattern: /\b(test|it|describe|suite)\.(only|skip|todo)\b|\bonly:\s*true/,
    instead: "run every test; skip with a reason",
    where: tests,
  },
];

/** Folders that read bytes of strangers: a regular expression there can be made to run for minutes. */
const REGEX_FREE = ["adapters/net/src/", "adapters/rpc/src/", "kernel/codec/src/", "kernel/minimmit/src/wire/"];

/** No banned name, and no regular expression where strangers choose the text. */
export function checkBanned(repo: Repo): Problem[] {
  return repo.sources.flatMap((source) => [
    ...BANS.filter((ban) => ban.where(source)).flatMap((ban) => occurrences(source, ban)),
    ...checkRegexes(source),
  ]);
}

function occurrences(source: SourceFile, ban: Ban): Problem[] {
  const flags = ban.pattern.flags.includes("g") ? ban.pattern.flags : `${ban.pattern.flags}g`;
  return [...source.code.matchAll(new RegExp(ban.pattern.source, flags))].map((match) => ({
    rule: "banned",
    file: source.path,
    line: lineAt(source.code, match.index),
    message: `${ban.name} (${match[0].trim()}): ${ban.instead}`,
  }));
}

function checkRegexes(source: SourceFile): Problem[] {
  if (source.isTest || !REGEX_FREE.some((prefix) => source.path.startsWith(prefix))) return [];
  return source.regexLines.map((line) => ({
    rule: "regex",
    file: source.path,
    line,
    message: "a regular expression on a stranger's text: compare characters with a limit",
  }));
}
