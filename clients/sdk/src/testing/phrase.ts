/** The phrase of every development chain: whoever reads this has its money. */
export const knownPhrase = "test test test test test test test test test test test junk";
