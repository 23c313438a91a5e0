import assert from "node:assert/strict";
import { test } from "node:test";
import { FeedChoice } from "./feedChoice.ts";

test("N17: so many peers are told to push and no more; the place of one that goes or never comes up is free again", () => {
  const feeds = new FeedChoice(2);
  assert.deepEqual(
    ["a", "b", "c"].map((peer) => feeds.choose(peer, 0)),
    [true, true, false],
  );
  feeds.onLink("a", true);
  feeds.onLink("c", true);
  assert.equal(feeds.needsMore(5_000), false, "b may still come up");
  assert.equal(feeds.needsMore(10_001), true, "b has not come up");
  assert.equal(feeds.choose("c", 10_001), true);
  feeds.onLink("c", true);
  feeds.onLink("a", false);
  assert.deepEqual([feeds.isTold("a"), feeds.isTold("c"), feeds.needsMore(10_002)], [false, true, true]);
});

test("N17: a peer that is dialled again is decided upon anew", () => {
  const feeds = new FeedChoice(1);
  assert.equal(feeds.choose("a", 0), true);
  feeds.onLink("a", true);
  assert.equal(feeds.choose("a", 1), true);
  assert.equal(feeds.choose("b", 1), false);
});

test("N16, N17: a peer that refuses followers again and again does not keep the place of one that takes them", () => {
  const feeds = new FeedChoice(1);
  assert.equal(feeds.choose("refuses", 0), true);
  assert.equal(feeds.choose("takes", 0), false);
  feeds.onLink("takes", true);
  assert.equal(feeds.choose("refuses", 300), false, "dialled again");
  assert.equal(feeds.needsMore(300), true);
  assert.equal(feeds.choose("takes", 300), true);
  feeds.onLink("takes", false);
  feeds.onLink("refuses", true);
  assert.equal(feeds.choose("refuses", 600), true, "it has changed its mind");
});
