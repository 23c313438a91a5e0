import type { Problem, Repo } from "./repo.ts";

/** Texts that must not stay, with the reason. The patterns are written so that they do not match themselves. */
const LEFTOVERS: readonly { readonly rule: string; readonly pattern: RegExp; readonly message: string }[] = [
  { rule: "leftover", pattern: /\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/, message: "finish it or write it into the report" },
  { rule: "machine-path", pattern: /(?<![\w.~-])\/(home|roo[t]|Users|wor[k])\/\w/, message: "a path of one machine" },
  { rule: "emoji", pattern: /\p{Emoji_Presentation}|[\u2705\u274c\u26a0\u2714\u2716]/u, message: "plain words" },
  { rule: "conflict", pattern: /^(<{7}|>{7}) /, message: "an unfinished merge" },
];

/** Nothing unfinished, no path of one machine, no emoji, in any text file. */
export function checkWords(repo: Repo): Problem[] {
  return repo.files.flatMap((file) =>
    file.text.split("\n").flatMap((line, i) =>
      LEFTOVERS.filter((entry) => entry.pattern.test(line)).map((entry) => ({
        rule: entry.rule,
        file: file.path,
        line: i + 1,
        message: `${entry.pattern.exec(line)![0]}: ${entry.message}`,
      })),
    ),
  );
}
