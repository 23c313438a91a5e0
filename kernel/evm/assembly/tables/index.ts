import { allocate, release } from "../memory";

/**
 * An index is an open-addressing hash table of entry numbers, sixteen static bytes: cells, mask, generation, count. A
 * cell is eight bytes, an entry number and the generation it was written in, so that forgetting everything is one
 * increment. First field: pointer to the cells.
 */
export const INDEX_CELLS: usize = 0;
/** Number of cells minus one, u32; the number is a power of two. */
export const INDEX_MASK: usize = 4;
/** Present generation, u32, never 0. */
export const INDEX_GENERATION: usize = 8;
/** Number of entries, u32. */
export const INDEX_COUNT: usize = 12;
/** Size of an index without its cells. */
export const INDEX_BYTES = 16;

/** Makes the first cells. Called once per index. */
export function initIndex(index: usize): void {
  const cells: usize = 512;
  const base = allocate(cells << 3);
  memory.fill(base, 0, cells << 3);
  store<usize>(index, base, INDEX_CELLS);
  store<u32>(index, cells - 1, INDEX_MASK);
  store<u32>(index, 1, INDEX_GENERATION);
  store<u32>(index, 0, INDEX_COUNT);
}

/** Forgets all entries in constant time. */
export function clearIndex(index: usize): void {
  let generation = load<u32>(index, INDEX_GENERATION) + 1;
  if (generation == 0) {
    memory.fill(load<usize>(index, INDEX_CELLS), 0, (<usize>load<u32>(index, INDEX_MASK) + 1) << 3);
    generation = 1;
  }
  store<u32>(index, generation, INDEX_GENERATION);
  store<u32>(index, 0, INDEX_COUNT);
}

/** Cell where a probe for `hash` begins. */
export function firstCell(index: usize, hash: u32): u32 {
  return hash & load<u32>(index, INDEX_MASK);
}

/** Puts entry `number` into the first free cell of its probe. */
export function putCell(index: usize, hash: u32, number: u32): void {
  const cells = load<usize>(index, INDEX_CELLS);
  const mask = load<u32>(index, INDEX_MASK);
  const generation = load<u32>(index, INDEX_GENERATION);
  let i = hash & mask;
  while (load<u32>(cells + (i << 3), 4) == generation) i = (i + 1) & mask;
  store<u32>(cells + (i << 3), number);
  store<u32>(cells + (i << 3), generation, 4);
}

/** True when the next entry would make the table more than half full. */
export function isIndexFull(index: usize): bool {
  return load<u32>(index, INDEX_COUNT) * 2 > load<u32>(index, INDEX_MASK);
}

/** Doubles the cells and empties them; the caller puts every entry again. */
export function doubleIndex(index: usize): void {
  const old = load<usize>(index, INDEX_CELLS);
  const cells = (<usize>load<u32>(index, INDEX_MASK) + 1) << 1;
  const base = allocate(cells << 3);
  memory.fill(base, 0, cells << 3);
  release(old, cells << 2);
  store<usize>(index, base, INDEX_CELLS);
  store<u32>(index, cells - 1, INDEX_MASK);
  store<u32>(index, 1, INDEX_GENERATION);
}
