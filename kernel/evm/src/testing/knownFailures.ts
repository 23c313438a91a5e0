/** Cases of the public state tests that fail, with the reason. The list may only shrink: a case that passes must leave it. */
export const knownFailures: readonly { readonly file: string; readonly name: string; readonly reason: string }[] = [];
