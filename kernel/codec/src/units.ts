/**
 * Numbers and texts with a meaning, kept apart by the type checker. Views, heights and milliseconds are below 2^53
 * (kairos R32), so a JavaScript number holds them exactly; money is always a `bigint`.
 */
declare const unit: unique symbol;
type Unit<Base, Name extends string> = Base & { readonly [unit]: Name };

/** A view number (kairos 2.2). */
export type View = Unit<number, "View">;
/** A block number; genesis is 0. */
export type Height = Unit<number, "Height">;
/** An epoch number: the validator set is constant within one. */
export type Epoch = Unit<number, "Epoch">;
/** An absolute slot since genesis (kratos-core 1.2). */
export type Slot = Unit<number, "Slot">;
/** Whole seconds of the Unix clock, in block headers of KratOs. */
export type Seconds = Unit<number, "Seconds">;
/** Milliseconds: of a monotonic clock inside machines, of the Unix clock in block times. */
export type Millis = Unit<number, "Millis">;
/** Position in the epoch's validator list, 0..n-1. */
export type ValidatorIndex = Unit<number, "ValidatorIndex">;
/** 32 bytes as 64 lower-case hex characters without a prefix: usable as a map key and comparable as text. */
export type Digest = Unit<string, "Digest">;
/** 20 bytes as 40 lower-case hex characters without a prefix. */
export type Address = Unit<string, "Address">;
/** USDC in units of 10^-18 (kairos U1). */
export type Usdc18 = Unit<bigint, "Usdc18">;
/** USDC in units of 10^-6 (kairos U2). */
export type Usdc6 = Unit<bigint, "Usdc6">;
/** KRAT in base units of 10^-12 (kratos-core 1.1). */
export type Krat12 = Unit<bigint, "Krat12">;

function counter<Name extends string>(name: Name) {
  return (value: number): Unit<number, Name> => {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} must be an integer in 0..2^53-1`);
    return value as Unit<number, Name>;
  };
}

function hexText<Name extends string>(name: Name, length: number) {
  return (value: string): Unit<string, Name> => {
    if (value.length !== length) throw new RangeError(`${name} must have ${length} hex characters`);
    for (let i = 0; i < length; i++) {
      const c = value.charCodeAt(i);
      if (!((c >= 48 && c <= 57) || (c >= 97 && c <= 102))) throw new RangeError(`${name} must be lower-case hex`);
    }
    return value as Unit<string, Name>;
  };
}

function amount<Name extends string>(name: Name) {
  return (value: bigint): Unit<bigint, Name> => {
    if (value < 0n) throw new RangeError(`${name} must not be negative`);
    return value as Unit<bigint, Name>;
  };
}

/** Checks a view. Throws a RangeError outside 0..2^53-1, as do the next six. */
export const view = counter("View");
/** Checks a height. */
export const height = counter("Height");
/** Checks an epoch. */
export const epoch = counter("Epoch");
/** Checks a slot. */
export const slot = counter("Slot");
/** Checks seconds. */
export const seconds = counter("Seconds");
/** Checks milliseconds. */
export const millis = counter("Millis");
/** Checks a validator index; the caller knows n. */
export const validatorIndex = counter("ValidatorIndex");
/** Checks 64 lower-case hex characters. Throws a RangeError on anything else. */
export const digest = hexText("Digest", 64);
/** Checks 40 lower-case hex characters. Throws a RangeError on anything else. */
export const address = hexText("Address", 40);
/** Checks an amount in 10^-18 USDC. Throws a RangeError below zero. */
export const usdc18 = amount("Usdc18");
/** Checks an amount in 10^-6 USDC. Throws a RangeError below zero. */
export const usdc6 = amount("Usdc6");
/** Checks an amount in 10^-12 KRAT. Throws a RangeError below zero. */
export const krat12 = amount("Krat12");
