/** A classifier over the embeddings of one space: a plain value. */
export type { Baseline, DenseLayer, FitRecord, Head, HeadEvaluation } from '../types.ts';
