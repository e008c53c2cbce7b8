/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder reflections make it tridiagonal, then implicit QL steps with
 * Wilkinson's shift make it diagonal (Golub and Van Loan, Matrix Computations, sections 8.3.1 and 8.3.3).
 */

export interface Eigen {
  /** Largest first. */
  readonly values: Float64Array;
  /** Row i belongs to value i: `n` numbers, of length 1. */
  readonly vectors: Float64Array;
}

/** @param matrix `n` x `n`, rows first; only its lower half is read */
export function symmetricEigen(matrix: ArrayLike<number>, n: number): Eigen {
  const a = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return j <= i ? matrix[at]! : matrix[j * n + i]!;
  });
  const { diagonal, beside, basis } = tridiagonal(a, n);
  diagonalise(diagonal, beside, basis, n);
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[j]! - diagonal[i]!);
  const vectors = new Float64Array(n * n);
  for (const [to, from] of order.entries()) vectors.set(basis.subarray(from * n, (from + 1) * n), to * n);
  return { values: Float64Array.from(order, (i) => diagonal[i]!), vectors };
}

/** `matrix` = basisᵀ T basis with T tridiagonal: `diagonal`, and `beside` it (the first of which is 0). Rows of `basis` are orthonormal. */
function tridiagonal(a: Float64Array, n: number) {
  const beside = new Float64Array(n);
  const reflections: { readonly v: Float64Array; readonly beta: number }[] = [];
  const p = new Float64Array(n);
  for (let k = 0; k + 2 < n; k++) {
    // A reflection that takes column k below the diagonal to a multiple of the first unit vector.
    const v = new Float64Array(n);
    let norm = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = a[i * n + k]!;
      norm += v[i]! ** 2;
    }
    norm = Math.sqrt(norm);
    const alpha = v[k + 1]! > 0 ? -norm : norm;
    v[k + 1]! -= alpha;
    beside[k + 1] = alpha;
    let vv = 0;
    for (let i = k + 1; i < n; i++) vv += v[i]! ** 2;
    const beta = vv === 0 ? 0 : 2 / vv;
    reflections.push({ v, beta });
    if (beta === 0) continue;
    // A - v wᵀ - w vᵀ with w = p - (beta pᵀv / 2) v and p = beta A v.
    let pv = 0;
    for (let i = k + 1; i < n; i++) {
      let sum = 0;
      for (let j = k + 1; j < n; j++) sum += a[i * n + j]! * v[j]!;
      p[i] = beta * sum;
      pv += p[i]! * v[i]!;
    }
    for (let i = k + 1; i < n; i++) p[i]! -= (beta / 2) * pv * v[i]!;
    for (let i = k + 1; i < n; i++) {
      for (let j = k + 1; j < n; j++) a[i * n + j]! -= v[i]! * p[j]! + p[i]! * v[j]!;
    }
  }
  if (n > 1) beside[n - 1] = a[(n - 1) * n + n - 2]!;
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i]!);
  const basis = new Float64Array(n * n);
  for (let i = 0; i < n; i++) basis[i * n + i] = 1;
  // The product of the reflections, from the last to the first, each from the left on the columns: rows stay contiguous.
  for (const { v, beta } of reflections.reverse()) {
    for (let row = 0; row < n; row++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += basis[row * n + j]! * v[j]!;
      if (sum !== 0) for (let j = 0; j < n; j++) basis[row * n + j]! -= beta * sum * v[j]!;
    }
  }
  return { diagonal, beside, basis };
}

/** Implicit QL on a tridiagonal matrix; turns the rows of `basis` with it. */
function diagonalise(d: Float64Array, beside: Float64Array, basis: Float64Array, n: number): void {
  // e[i] lies between d[i] and d[i + 1].
  const e = Float64Array.from({ length: n }, (_, i) => beside[i + 1] ?? 0);
  for (let low = 0; low < n; low++) {
    for (;;) {
      let m = low;
      while (m < n - 1 && Math.abs(e[m]!) > Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))) m++;
      if (m === low) break;
      const half = (d[low + 1]! - d[low]!) / (2 * e[low]!);
      let g = d[m]! - d[low]! + e[low]! / (half + Math.sign(half || 1) * Math.hypot(half, 1));
      let [s, c, p] = [1, 1, 0];
      for (let i = m - 1; i >= low; i--) {
        const f = s * e[i]!;
        const b = c * e[i]!;
        const r = Math.hypot(f, g);
        e[i + 1] = r;
        [s, c] = r === 0 ? [0, 1] : [f / r, g / r];
        g = d[i + 1]! - p;
        const t = (d[i]! - g) * s + 2 * c * b;
        p = s * t;
        d[i + 1] = g + p;
        g = c * t - b;
        turn(basis, n, i, s, c);
      }
      d[low]! -= p;
      e[low] = g;
      e[m] = 0;
    }
  }
}

/** A rotation of rows i and i + 1. */
function turn(basis: Float64Array, n: number, i: number, s: number, c: number): void {
  const upper = i * n;
  const lower = upper + n;
  for (let k = 0; k < n; k++) {
    const x = basis[upper + k]!;
    const y = basis[lower + k]!;
    basis[lower + k] = s * x + c * y;
    basis[upper + k] = c * x - s * y;
  }
}
