import { MAIL_BYTES } from "./layout";

/** Where driver and kernel hand over what is no number. */
export const MAIL = memory.data(MAIL_BYTES, 16);
