/** Rows first. */
export interface Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** `a` times `b`, or times the transpose of `b`. */
export type Product = (a: Matrix, b: Matrix, o?: { transposeB?: boolean }) => Promise<Matrix>;
