/**
 * The longest that 60 M gas of each precompile take: inputs are those with the most time per gas that we know.
 * Times are of the processor, so that other work on the machine disturbs less.
 * Run: node kernel/evm/src/precompiles/precompiles.bench.ts
 */
import { address, bigIntToBytes, concatBytes } from "@polis/codec";
import { bls12381, bn254 } from "@polis/crypto";
import type { Fork } from "../seam/rules.ts";
import { precompilesOf } from "./precompilesOf.ts";

const blockGas = 60_000_000n;
/** A warm call and the instructions around it: what EVM code pays besides the precompile's own price. */
const callGas = 120n;

const hex = (text: string) => Uint8Array.fromHex(text);
const word = (value: bigint) => bigIntToBytes(value, 32);
const many = (count: number, make: (index: number) => Uint8Array) =>
  concatBytes(...Array.from({ length: count }, (_, index) => make(index)));
const scalar = (seed: number) => word(((1n << 250n) - 1n) / BigInt(seed + 3));

const bnG1 = concatBytes(word(1n), word(2n));
const bnPoint = (seed: number) => bn254.multiply(concatBytes(bnG1, scalar(seed)))!;
const bnG2 = hex(
  "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c21800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa",
);
const g1 = (seed: number) => bls12381.mapToG1(concatBytes(new Uint8Array(32), scalar(seed)))!;
const g2 = (seed: number) => bls12381.mapToG2(concatBytes(new Uint8Array(32), scalar(seed), new Uint8Array(64)))!;
const modexp = (modulus: bigint, bytes: number, exponent: Uint8Array) =>
  concatBytes(
    word(BigInt(bytes)),
    word(BigInt(exponent.length)),
    word(BigInt(bytes)),
    bigIntToBytes(((modulus * 618n) / 1000n) | 1n, bytes),
    exponent,
    bigIntToBytes(modulus, bytes),
  );
const ones = (bytes: number) => new Uint8Array(bytes).fill(255);
const recoverable = hex(
  "18c547e4f7b0f325ad1e56f57e26c745b09a3e503d86e00e5255ff7f715d3d1c000000000000000000000000000000000000000000000000000000000000001c73b1693892219d736caba55bdb67216e485557ea6b6af75f37096c9aa6a5a75feeb940b1d03b21e36b0e47e79769f095fe2ab855bd91e3a38756b7d75a9c4549",
);
const opening = hex(
  "01e798154708fe7789429634053cbf9f99b619f9f084048927333fce637f549b564c0a11a0f704f4fc3e8acfe0f8245f0ad1347b378fbf96e206da11a5d3630624d25032e67a7e6a4910df5834b8fe70e6bcfeeac0352434196bdf4b2485d5a18f59a8d2a1a625a17f3fea0fe5eb8c896db3764f3185481bc22f91b4aaffcca25f26936857bc3a7c2539ea8ec3a952b7873033e038326e87ed3e1276fd140253fa08e9fc25fb2d9a98527fc22a2c9612fbeafdad446cbc7bcdbdcd780af2c16a",
);
const p256 = hex(
  "4cee90eb86eaa050036147a12d49004b6b9c72bd725d39d4785011fe190f0b4da73bd4903f0ce3b639bbbf6e8e80d16931ff4bcf5993d58468e8fb19086e8cac36dbcd03009df8c59286b162af3bd7fcc0450c9aa81be5d10d312af6c66b1d604aebd3099c618202fcfe16ae7770b0c49ab5eadf74b754204a3bb6060e44eff37618b065f9832de4ca6ca971a7a1adc826d0f7c00181a5fb2ddf79ae00b4e10e",
);
const rounds = (count: number) => {
  const input = new Uint8Array(213).fill(7);
  new DataView(input.buffer).setUint32(0, count);
  input[212] = 1;
  return input;
};

const cases: readonly (readonly [string, number, Fork, () => Uint8Array])[] = [
  ["ecrecover", 0x01, "prague", () => recoverable],
  ["sha256, empty", 0x02, "prague", () => new Uint8Array(0)],
  ["sha256, 1 MiB", 0x02, "prague", () => ones(1 << 20)],
  ["ripemd160, empty", 0x03, "prague", () => new Uint8Array(0)],
  ["ripemd160, 1 MiB", 0x03, "prague", () => ones(1 << 20)],
  ["identity, empty", 0x04, "prague", () => new Uint8Array(0)],
  ["identity, 1 MiB", 0x04, "prague", () => ones(1 << 20)],
  ...[8, 16, 32, 40, 48, 64, 256, 1024].flatMap((bytes) =>
    (["odd", "even"] as const).map((kind): readonly [string, number, Fork, () => Uint8Array] => [
      `modexp ${bytes} B ${kind}, 1 KiB exponent`,
      0x05,
      "prague",
      () => modexp((1n << BigInt(bytes * 8)) - (kind === "odd" ? 189n : 190n), bytes, ones(1024)),
    ]),
  ),
  ["modexp 32 B, 4 B exponent", 0x05, "prague", () => modexp((1n << 256n) - 190n, 32, ones(4))],
  ["modexp 24 B, 8 B exponent", 0x05, "prague", () => modexp((1n << 192n) - 190n, 24, ones(8))],
  ["modexp 1 KiB, exponent 3", 0x05, "prague", () => modexp((1n << 8192n) - 190n, 1024, Uint8Array.of(3))],
  ["modexp 32 B, 1 KiB exponent (Osaka)", 0x05, "osaka", () => modexp((1n << 256n) - 190n, 32, ones(1024))],
  ["modexp 32 B, 4 B exponent (Osaka)", 0x05, "osaka", () => modexp((1n << 256n) - 190n, 32, ones(4))],
  ["bn254 add", 0x06, "prague", () => concatBytes(bnPoint(1), bnPoint(2))],
  ["bn254 multiply", 0x07, "prague", () => concatBytes(bnPoint(1), ones(32))],
  ["bn254 pairing, 1", 0x08, "prague", () => concatBytes(bnPoint(1), bnG2)],
  ["bn254 pairing, 64", 0x08, "prague", () => many(64, (i) => concatBytes(bnPoint(i), bnG2))],
  ["blake2f", 0x09, "prague", () => rounds(1_000_000)],
  ["blake2f, 1 round", 0x09, "prague", () => rounds(1)],
  ["point evaluation", 0x0a, "prague", () => opening],
  ["BLS G1 add", 0x0b, "prague", () => concatBytes(g1(1), g1(2))],
  ["BLS G1 msm, 1", 0x0c, "prague", () => concatBytes(g1(1), ones(32))],
  ["BLS G1 msm, 128", 0x0c, "prague", () => many(128, (i) => concatBytes(g1(i), scalar(i)))],
  ["BLS G1 msm, 1024", 0x0c, "prague", () => many(1024, (i) => concatBytes(g1(i), scalar(i)))],
  ["BLS G2 add", 0x0d, "prague", () => concatBytes(g2(1), g2(2))],
  ["BLS G2 msm, 1", 0x0e, "prague", () => concatBytes(g2(1), ones(32))],
  ["BLS G2 msm, 128", 0x0e, "prague", () => many(128, (i) => concatBytes(g2(i), scalar(i)))],
  ["BLS pairing, 1", 0x0f, "prague", () => concatBytes(g1(1), g2(1))],
  ["BLS pairing, 64", 0x0f, "prague", () => many(64, (i) => concatBytes(g1(i), g2(i)))],
  ["BLS map to G1", 0x10, "prague", () => concatBytes(new Uint8Array(32), scalar(5))],
  ["BLS map to G2", 0x11, "prague", () => concatBytes(new Uint8Array(32), scalar(5), new Uint8Array(32), scalar(6))],
  ["P256VERIFY", 0x100, "osaka", () => p256],
];

function cpuMs(): number {
  return process.threadCpuUsage().user / 1000;
}

const only = process.argv[2] ?? "";
for (const [name, number, fork, make] of cases.filter(([name]) => name.includes(only))) {
  const precompile = precompilesOf(fork).get(address(number.toString(16).padStart(40, "0")))!;
  const input = make();
  const gas = precompile.gas(input);
  const batch = gas < 1000n ? 100 : 1;
  const run = () => precompile.gas(input) > 0n && precompile.run(input);
  for (let i = 0, start = cpuMs(); i < 2000 && cpuMs() - start < 100; i++) run();
  const samples: number[] = [];
  for (let sample = 0; sample < 15; sample++) {
    const start = cpuMs();
    let calls = 0;
    let spent = 0;
    do {
      for (let i = 0; i < batch; i++) run();
      calls += batch;
      spent = cpuMs() - start;
    } while (spent < 40);
    samples.push(spent / calls);
  }
  const ms = samples.sort((a, b) => a - b)[0]!;
  const seconds = (Number(blockGas) / Number(gas + callGas)) * (ms / 1000);
  const row = [
    name.padEnd(38),
    `${gas} gas`.padStart(14),
    `${(ms * 1000).toFixed(2)} us`.padStart(14),
    `${(Number(gas) / ms / 1000).toFixed(0)} Mgas/s`.padStart(14),
    `${seconds.toFixed(2)} s`.padStart(8),
  ];
  process.stdout.write(`${row.join("  ")}\n`);
}
