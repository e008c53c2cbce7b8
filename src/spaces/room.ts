/** Bytes of one picture: f16 in the catalog, float32 and its links in the index file; float32 twice in memory. */
export function roomOfPicture(dim: number): { readonly disk: number; readonly memory: number } {
  const links = 200;
  return { disk: 2 * dim + 4 * dim + links, memory: 2 * 4 * dim + links };
}
