import { checkBanned } from "./banned.ts";
import { checkDependencies } from "./dependencies.ts";
import { checkLinks } from "./links.ts";
import type { Problem, Repo } from "./repo.ts";
import { checkRings } from "./rings.ts";
import { checkShape } from "./shape.ts";
import { checkWords } from "./words.ts";

/** All house rules over the whole repository, in a fixed order. */
export function checkAll(repo: Repo): Problem[] {
  return [checkRings, checkBanned, checkShape, checkWords, checkLinks, checkDependencies].flatMap((check) =>
    check(repo),
  );
}
