/** A scenario to begin with. */
export interface Preset {
  readonly name: string;
  /** What one will see, in a sentence. */
  readonly about: string;
  /** As in the address, with `bug` for a broken rule. */
  readonly text: string;
}

const six = "n=6&s=20&at=8.6.0.7.2.9";

/** Scenarios to begin with; the first is what the page opens with. */
export const PRESETS: readonly Preset[] = [
  {
    name: "Healthy",
    about: "Six replicas in six regions. Each view ends in a final block after two rounds of messages.",
    text: `seed=1&${six}`,
  },
  {
    name: "Silent leader",
    about: "Replica 3 says nothing. In its views the others wait, give up, and go on with the next leader.",
    text: `seed=3&${six}&bad=3:silent`,
  },
  {
    name: "Equivocating leader",
    about: "Replica 2 proposes two blocks in its views. With one of six wrong, no two blocks can become final.",
    text: `seed=4&${six}&bad=2:equivocator`,
  },
  {
    name: "One fifth byzantine",
    about: "Eleven replicas, two of them liars that work together: the most that n = 5f + 1 allows.",
    text: "seed=2&n=11&s=20&at=8.6.0.7.2.9.4.1.3.5.8&bad=3:equivocator,7:nuller",
  },
  {
    name: "Partition 4/2",
    about: "Replicas 0 and 1 are cut off for eight seconds. Four of six can certify, but five are needed for finality.",
    text: `seed=1&${six}&fault=cut:0.1:3000-11000`,
  },
  {
    name: "Slow region",
    about: "Everything to and from replica 4 takes 400 ms longer. The other five do not wait for it.",
    text: `seed=1&${six}&fault=slow:4:400:2000-16000`,
  },
  {
    name: "Crash and return",
    about: "Replica 0 loses power twice, replica 5 once. Each comes back from its disk and catches up.",
    text: `seed=5&${six}&fault=crash:0:3000-6000,crash:5:8000-9000,crash:0:12000-12300`,
  },
  {
    name: "Too many faults",
    about: "Two of six equivocate: one more than f. At 2.0 s honest replicas finalize different blocks.",
    text: `seed=15&${six}&bad=1:equivocator,4:equivocator`,
  },
  {
    name: "A broken rule",
    about: "One liar, and a bug in our own code: repeated votes of one signer count. At 1.6 s the chain forks.",
    text: `seed=4&${six}&bad=2:equivocator&bug=10`,
  },
];

/** Mistakes that may be planted into the replicas: number in `@polis/simulator/bugs`, and the words of the page. */
export const BROKEN_RULES: readonly (readonly [id: number, name: string])[] = [
  [5, "Final already with n − 2f votes"],
  [6, "Certified already with f + 1 votes"],
  [8, "A replica votes after it has given up"],
  [10, "Repeated votes of one signer count"],
  [18, "The leader never changes"],
  [21, "Certificates are taken on trust"],
  [22, "Nobody reads the journal after a restart"],
];
