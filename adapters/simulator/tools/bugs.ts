/** One change of a source file of kernel/minimmit/src: the fragment must occur exactly once. */
export interface Patch {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** A mistake that somebody could make, and the seed of a campaign that finds it. */
export interface Bug {
  readonly id: number;
  readonly name: string;
  readonly patches: readonly Patch[];
  /** A campaign seed that fails with it, or a directed schedule (src/scenarios/directed.ts) where no seed is known to. */
  readonly killedBy: number | `scenario: ${string}`;
}

const patch = (file: string, find: string, replace: string): Patch => ({ file, find, replace });

/** Removes the signer's own refusals, so that a bug in the rules reaches the wire and the judge must see it. */
const SIGNER_BLIND = [patch("signer.ts", "invariant(before?.nullify !== true, ", "invariant(before !== null, ")];

/** Testing 5.4, numbers 1 to 18, and further ones for traps that came later. */
export const BUGS: readonly Bug[] = [
  {
    id: 1,
    name: "votes are not persisted before they are sent",
    patches: [
      patch("rules/castVote.ts", "if (record !== undefined) emitPersist(s, [record], view, digest);", ""),
      patch("rules/castVote.ts", "if (record !== undefined) emitPersist(s, [record], view, undefined);", ""),
    ],
    killedBy: 0,
  },
  {
    id: 2,
    name: "nullify after f+1 conflicting votes",
    patches: [
      patch("rules/contradiction.ts", "if (sum < s.quorum.m || distinct(", "if (sum < s.quorum.f + 1 || distinct("),
      patch(
        "rules/contradiction.ts",
        "tally.votes[r] !== undefined) < s.quorum.m) return;",
        "tally.votes[r] !== undefined) < s.quorum.f + 1) return;",
      ),
      patch(
        "rules/contradiction.ts",
        "if (verified >= s.quorum.m) castNullify",
        "if (verified >= s.quorum.f + 1) castNullify",
      ),
    ],
    killedBy: 0,
  },
  {
    id: 3,
    name: "a nullification of a past view nullifies the current one (cascade)",
    patches: [
      patch(
        "rules/proofs.ts",
        'if (certificate.kind === "nullification") vs.nullification = proof;',
        'if (certificate.kind === "nullification") { vs.nullification = proof; if (certificate.view < s.view) (s as unknown as { cascade: boolean }).cascade = true; }',
      ),
      patch(
        "rules/contradiction.ts",
        "if (sum < s.quorum.m || distinct(",
        'if ((s as unknown as { cascade: boolean }).cascade) { (s as unknown as { cascade: boolean }).cascade = false; castNullify(s, view, "contradiction"); return; }\n  if (sum < s.quorum.m || distinct(',
      ),
    ],
    killedBy: 12,
  },
  {
    id: 4,
    name: "conflicting messages are summed, not distinct replicas",
    patches: [
      patch(
        "rules/contradiction.ts",
        " || distinct(s, against, (tally, r) => tally.votes[r] !== undefined) < s.quorum.m) return;",
        ") return;",
      ),
      patch(
        "rules/contradiction.ts",
        "const verified = distinct(s, against, (tally, r) => verifyKept(s, vs, tally, r));",
        "const verified = sum + 0 * distinct(s, against, (tally, r) => verifyKept(s, vs, tally, r));",
      ),
    ],
    killedBy: 11,
  },
  {
    id: 5,
    name: "L = n - 2f",
    patches: [
      patch("params.ts", "const l = n - f;", "const l = n - 2 * f;"),
      patch("params.ts", "if (m + l <= n + f || 2 * m > l + 1) {", "if (n < 0) {"),
    ],
    killedBy: 0,
  },
  {
    id: 6,
    name: "M = f + 1",
    patches: [
      patch("params.ts", "const m = 2 * f + 1;", "const m = f + 1;"),
      patch("params.ts", "if (m + l <= n + f || 2 * m > l + 1) {", "if (n < 0) {"),
    ],
    killedBy: 0,
  },
  {
    id: 7,
    name: "a parent is accepted without nullifications of the skipped views",
    patches: [
      patch("rules/proofs.ts", "if (s.views.get(i as View)?.nullification === undefined) missing.push(i as View);", ""),
    ],
    killedBy: 178,
  },
  {
    id: 8,
    name: "vote after nullify",
    patches: [
      patch(
        "rules/tryVote.ts",
        "if (s.signer.notarized(view) !== undefined || s.signer.nullified(view)) return;",
        "if (s.signer.notarized(view) !== undefined) return;",
      ),
      ...SIGNER_BLIND,
    ],
    killedBy: 0,
  },
  {
    id: 9,
    name: "the timer nullifies also after a vote",
    patches: [
      patch(
        "rules/timers.ts",
        "if (s.signer.notarized(view) !== undefined || s.signer.nullified(view) || !s.signer.maySign(view)) return;",
        "if (s.signer.nullified(view) || !s.signer.maySign(view)) return;",
      ),
    ],
    killedBy: 35,
  },
  {
    id: 10,
    name: "repeated votes of one signer are counted",
    patches: [
      patch(
        "rules/tally.ts",
        "if (before !== undefined && tallyOf(before, vote)?.votes[signer] !== undefined) {",
        "if (before !== undefined && s.quorum.n === 0 && tallyOf(before, vote)?.votes[signer] !== undefined) {",
      ),
      patch("rules/voteBook.ts", 'if (held?.votes[signer] !== undefined) return "duplicate";', ""),
      patch(
        "rules/voteBook.ts",
        'if (vote.kind === "notarize" && vs.secondDigest[signer] !== undefined) return "duplicate";',
        "",
      ),
    ],
    killedBy: 0,
  },
  {
    id: 11,
    name: "no re-broadcast",
    patches: [
      patch("rules/rebroadcast.ts", "rebroadcast(s, false);", ""),
      patch(
        "rules/rebroadcast.ts",
        "if (s.view - s.finalizedView > stallViews && s.now - s.finalizedRoseAt >= viewTimeoutMs) rebroadcast(s, true);",
        "",
      ),
    ],
    killedBy: 0,
  },
  {
    id: 12,
    name: "re-broadcast only when stuck in one view",
    patches: [
      patch(
        "rules/rebroadcast.ts",
        "if (s.view - s.finalizedView > stallViews && s.now - s.finalizedRoseAt >= viewTimeoutMs) rebroadcast(s, true);",
        "",
      ),
    ],
    killedBy: "scenario: missing-proof",
  },
  {
    id: 13,
    name: "missing blocks are not fetched",
    patches: [
      patch("rules/fetch.ts", "if (s.blocks.has(digest)) return;", "if (s.blocks.has(digest) || view >= 0) return;"),
    ],
    killedBy: 0,
  },
  {
    id: 14,
    name: "a proposal is accepted from whoever sends it",
    patches: [
      patch(
        "rules/onPropose.ts",
        "const leader = leaderFor(s, info);",
        "const leader = leaderFor(s, info) === undefined ? undefined : (from as ValidatorIndex);",
      ),
    ],
    killedBy: 6,
  },
  {
    id: 15,
    name: "vote without having executed the block",
    patches: [patch("rules/tryVote.ts", 'if (entry.status === "executed" && timeIsRight', "if (timeIsRight")],
    killedBy: 0,
  },
  // A certificate request names what is missing, so it needs no cursor; the range request of R28 does.
  {
    id: 16,
    name: "catch-up has a cap and no cursor: it asks for the first page only",
    patches: [
      patch(
        "rules/sync.ts",
        "const from = (s.syncTop.height + 1) as typeof s.syncTop.height;",
        "const from = 1 as typeof s.syncTop.height;",
      ),
    ],
    killedBy: 79,
  },
  // Asking only for unproven views is the mistake of testing 5.4. Here a proposal brings its parent's certificate along,
  // so the mistake shows only where that is ignored as well.
  {
    id: 17,
    name: "catch-up ignores the proposal's parent: proven views are not asked for, the proposal's proofs not taken",
    patches: [
      patch(
        "rules/onPropose.ts",
        'for (const certificate of message.proofs) s.queue.push({ kind: "certificate", certificate, from, source: "link" });',
        "void [s, message, from];",
      ),
      patch(
        "rules/proofFetch.ts",
        "return missingForParent(s, s.view, seen.info.parentView, seen.info.parentDigest) ?? [];",
        "return (missingForParent(s, s.view, seen.info.parentView, seen.info.parentDigest) ?? []).filter((v) => !isProven(s, v));",
      ),
    ],
    killedBy: "scenario: skipped-parent",
  },
  {
    id: 18,
    name: "the leader never changes",
    patches: [
      patch(
        "rules/leader.ts",
        'if (s.config.leaderMode === "round-robin") return (view % s.quorum.n) as ValidatorIndex;',
        'if (s.config.leaderMode === "round-robin") return (0 * view) as ValidatorIndex;',
      ),
    ],
    killedBy: 0,
  },
  {
    id: 19,
    name: "fast skip in a view in which this replica has voted",
    patches: [
      patch(
        "rules/fastSkip.ts",
        "if (s.signer.notarized(s.view) !== undefined || s.signer.nullified(s.view)) return;",
        "if (s.signer.nullified(s.view)) return;",
      ),
      patch(
        "rules/fastSkip.ts",
        "if (before < skipInactiveViews || s.now - s.startedAt < 4 * viewTimeoutMs) return;",
        "",
      ),
      patch(
        "rules/fastSkip.ts",
        "if (s.now - (s.heardAt[leader] ?? s.startedAt) < 4 * viewTimeoutMs) return;",
        "if (s.heardAt[leader] !== undefined) return;",
      ),
      patch("rules/fastSkip.ts", "if ((s.heardInView[leader] ?? 0) > before - skipInactiveViews) return;", ""),
    ],
    killedBy: 25,
  },
  {
    id: 20,
    name: "own votes do not count",
    patches: [
      patch("rules/castVote.ts", 's.queue.push({ kind: "vote", vote, from: vote.signer, verified: true });', ""),
    ],
    killedBy: 8,
  },
  {
    id: 21,
    name: "certificates are taken on trust",
    patches: [patch("rules/certificates.ts", "return s.scheme.verifyCertificate(certificate);", "return true;")],
    killedBy: 1,
  },
  {
    id: 22,
    name: "the journal is not read back after a restart",
    patches: [
      patch("signer.ts", "for (const record of restored.records) if (record.epoch === epoch) this.#load(record);", ""),
    ],
    killedBy: 17,
  },
  {
    id: 23,
    name: "an expired request counts as one under way",
    patches: [
      patch(
        "rules/onReply.ts",
        "const isIdle = item.inFlight.every((id) => s.requests.get(id)?.expired !== false);",
        "const isIdle = item.inFlight.length === 0;",
      ),
      // Two other rules ask again for what is overdue and would repair it.
      patch("rules/onReply.ts", 'if (outcome === "progress") revive(s);', "void revive;"),
      patch("rules/fetch.ts", "askAgain(s, held);", "void askAgain;"),
    ],
    killedBy: 3,
  },
  {
    id: 24,
    name: "a safe view of V + 1 after a lost journal",
    patches: [
      patch("rules/lostJournal.ts", "(sorted[f]! + s.config.maxViewLead + 1) as View", "(sorted[f]! + 1) as View"),
    ],
    killedBy: "scenario: low-safe-view",
  },
];
