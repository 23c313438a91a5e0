/** One file of an archive. */
export interface TarFile {
  /** At most 255 bytes in ASCII, with a slash where it is longer than 100. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly isExecutable: boolean;
}

const BLOCK = 512;

/**
 * An archive in the format ustar (POSIX 1003.1-1988) that depends on its arguments only: no owner, no order of a
 * folder, no clock. Files come in the order given.
 * @param timeS modification time of every file, seconds
 * @throws RangeError for a path that the format has no room for
 * @example writeTar([{ path: "a.txt", bytes: new Uint8Array([97]), isExecutable: false }], 0).length // 2048
 */
export function writeTar(files: readonly TarFile[], timeS: number): Uint8Array {
  const sizes = files.map(({ bytes }) => BLOCK + Math.ceil(bytes.length / BLOCK) * BLOCK);
  // Two empty blocks end an archive.
  const out = new Uint8Array(sizes.reduce((sum, size) => sum + size, 2 * BLOCK));
  let at = 0;
  for (const [i, file] of files.entries()) {
    out.set(header(file, timeS), at);
    out.set(file.bytes, at + BLOCK);
    at += sizes[i]!;
  }
  return out;
}

function header({ path, bytes, isExecutable }: TarFile, timeS: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string): void => block.set(new TextEncoder().encode(text), at);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");
  const [prefix, name] = split(path);
  put(0, name);
  put(100, `${octal(isExecutable ? 0o755 : 0o644, 7)}\0`);
  put(108, `${octal(0, 7)}\0${octal(0, 7)}\0`);
  put(124, `${octal(bytes.length, 11)}\0${octal(timeS, 11)}\0`);
  put(148, " ".repeat(8));
  put(156, "0");
  put(257, "ustar\u000000");
  put(345, prefix);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${octal(sum, 6)}\0 `);
  return block;
}

/** The folder part (155 bytes) and the name part (100 bytes) of a path. */
function split(path: string): [string, string] {
  if (!/^[\x21-\x7e]+$/.test(path)) throw new RangeError(`${path} is not plain ASCII`);
  if (path.length <= 100) return ["", path];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
    if (path.length - at - 1 <= 100 && at <= 155 && path.length - at > 1)
      return [path.slice(0, at), path.slice(at + 1)];
  }
  throw new RangeError(`${path} is too long for an archive`);
}
