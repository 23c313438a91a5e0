// Functions of the language that Node 20 and older browsers lack, in the forms in which this package uses them.

const digits = "0123456789abcdef";

define(Uint8Array.prototype, "toHex", function toHex() {
  let text = "";
  for (const byte of this) text += digits[byte >> 4] + digits[byte & 15];
  return text;
});

define(Uint8Array, "fromHex", (text) => {
  const bytes = new Uint8Array(text.length / 2);
  bytes.setFromHex(text);
  return bytes;
});

define(Uint8Array.prototype, "setFromHex", function setFromHex(text) {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) throw new SyntaxError("not pairs of hex digits");
  const written = Math.min(this.length, text.length / 2);
  for (let i = 0; i < written; i++) this[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return { read: 2 * written, written };
});

define(Uint8Array.prototype, "toBase64", function toBase64() {
  return btoa(String.fromCharCode(...this));
});

define(Uint8Array, "fromBase64", (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));

define(Promise, "withResolvers", function withResolvers() {
  let resolve;
  let reject;
  const promise = new this((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
});

function define(holder, name, value) {
  if (!(name in holder)) Object.defineProperty(holder, name, { value, writable: true, configurable: true });
}
