/**
 * The product of two matrices, rows first: `a` has `rows` rows of `inner` numbers, `b` has `inner` rows of `columns`; so has the result `rows` rows
 * of `columns`. Training spends its time in it, so a runtime hands it in.
 */
export type MatMul = (a: Float32Array, b: Float32Array, rows: number, inner: number, columns: number) => Float32Array;
