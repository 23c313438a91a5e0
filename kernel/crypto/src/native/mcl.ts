import createModule from "mcl-wasm/dist/mcl_c.js";

/** Sizes in the library's memory: a field element, a scalar, points with three coordinates, an element of the target group. */
export const mclBytes = { fp: 48, fr: 32, g1: 144, g2: 288, gt: 576 } as const;

/** Numbers of the library's curves. */
export const mclCurves = { bn254: 4, bls12381: 5, p256: 107 } as const;

type Unary = (to: number, from: number) => number;
type Binary = (to: number, a: number, b: number) => number;
type Predicate = (at: number) => number;

/** The functions of the WebAssembly module that we call. Arguments are addresses in its memory; predicates answer 0 or 1. */
export interface Mcl {
  readonly wasmMemory: { readonly buffer: ArrayBuffer };
  _malloc(bytes: number): number;
  _mclBn_init(curve: number, compiledTime: number): number;
  _mclBn_setMapToMode(mode: number): number;
  _mclBn_verifyOrderG1(verify: number): void;
  _mclBn_verifyOrderG2(verify: number): void;
  _mclBn_getUint64NumToPrecompute(): number;
  _mclBn_precomputeG2: (to: number, g2: number) => void;
  _mclBn_millerLoopVec(to: number, g1: number, g2: number, count: number): void;
  _mclBn_precomputedMillerLoop2(to: number, g1: number, lines: number, otherG1: number, otherLines: number): void;
  _mclBn_finalExp: Unary;
  /** Answers the number of bytes read, 0 for an element that is not below the modulus. Little-endian. */
  _mclBnFp_deserialize(to: number, from: number, bytes: number): number;
  _mclBnFp_serialize(to: number, maxBytes: number, from: number): number;
  _mclBnFp_isZero: Predicate;
  _mclBnFp_isNegative: Predicate;
  _mclBnFp_isEqual(a: number, b: number): number;
  _mclBnFp_setInt(to: number, value: number): void;
  _mclBnFp_neg: Unary;
  _mclBnFp_sqr: Unary;
  _mclBnFp_add: Binary;
  _mclBnFp_mul: Binary;
  _mclBnFp2_mul: Binary;
  _mclBnFp_mapToG1: Unary;
  _mclBnFp2_mapToG2: Unary;
  /** Answers 0 when there is a root. */
  _mclBnFp_squareRoot: Unary;
  _mclBnFr_setBigEndianMod(to: number, from: number, bytes: number): number;
  _mclBnFr_deserialize(to: number, from: number, bytes: number): number;
  _mclBnFr_isZero: Predicate;
  _mclBnFr_isEqual(a: number, b: number): number;
  _mclBnFr_neg: Unary;
  _mclBnFr_inv: Unary;
  _mclBnFr_mul: Binary;
  _mclBnG1_getBasePoint: Predicate;
  _mclBnG1_clear(at: number): void;
  _mclBnG1_isZero: Predicate;
  _mclBnG1_isValid: Predicate;
  _mclBnG1_isValidOrder: Predicate;
  _mclBnG1_neg: Unary;
  _mclBnG1_dbl: Unary;
  _mclBnG1_normalize: Unary;
  _mclBnG1_add: Binary;
  _mclBnG1_sub: Binary;
  _mclBnG1_mul: Binary;
  _mclBnG2_clear(at: number): void;
  _mclBnG2_isZero: Predicate;
  _mclBnG2_isValid: Predicate;
  _mclBnG2_isValidOrder: Predicate;
  _mclBnG2_isEqual(a: number, b: number): number;
  _mclBnG2_neg: Unary;
  _mclBnG2_dbl: Unary;
  _mclBnG2_normalize: Unary;
  _mclBnG2_add: Binary;
  _mclBnG2_sub: Binary;
  _mclBnG2_mul: Binary;
  _mclBnGT_isOne: Predicate;
  _mclBnGT_setInt(to: number, value: number): void;
  _mclBnGT_mul: Binary;
}

/** The layout that the library was compiled with: scalars of 4 words, fields of 6. */
const compiledTime = 46;

/**
 * An instance of its own for one curve. The library's state is its choice of curve, which never changes, and memory that
 * every call writes before it reads. Reading a point checks the curve equation alone; the subgroup is asked about apart.
 */
export function createMcl(curve: number): Mcl {
  const mcl = instantiateNow();
  if (mcl._mclBn_init(curve, compiledTime) !== 0) throw new Error(`the pairing library does not know curve ${curve}`);
  mcl._mclBn_verifyOrderG1(0);
  mcl._mclBn_verifyOrderG2(0);
  return mcl;
}

interface Instantiation {
  readonly instance: WebAssembly.Instance;
}

/**
 * The library instantiates its WebAssembly with a promise, which would make everybody who imports this package wait a tenth
 * of a second for curves that few use. So while its function runs, and no longer, the platform's function is replaced by one
 * that calls back at once: the instance is there when a curve is first used, within a synchronous call.
 */
function instantiateNow(): Mcl {
  const platform = WebAssembly as unknown as { instantiate: unknown };
  const { instantiate } = platform;
  platform.instantiate = (bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports) => {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports);
    // biome-ignore lint/suspicious/noThenProperty: the library's function must find one; nobody awaits this.
    return { then: (use: (result: Instantiation) => Mcl): Mcl => use({ instance }) };
  };
  try {
    return createModule({ cryptoGetRandomValues: noEntropy }) as Mcl;
  } finally {
    platform.instantiate = instantiate;
  }
}

/** Nothing we call draws random numbers. */
function noEntropy(): never {
  throw new Error("the pairing library asked for entropy");
}
