/**
 * What each class counts in the loss so that all count the same together: `n / (classes * pictures of the class)`, the "balanced" of
 * scikit-learn. Their mean over the pictures is 1; a class without a picture has 0.
 */
export function balancedWeights(given: Uint32Array, classes: number): Float32Array {
  const counts = new Uint32Array(classes);
  for (const c of given) counts[c]!++;
  const present = counts.filter((count) => count > 0).length;
  return Float32Array.from(counts, (count) => (count > 0 ? given.length / (present * count) : 0));
}
