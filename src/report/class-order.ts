import type { ClassMetrics } from '../head/metrics.ts';

/** The worst F1 first, of those the one with the most pictures; last the classes that were neither given nor predicted. */
export function worstFirst(classes: readonly ClassMetrics[]): ClassMetrics[] {
  return [...classes].sort((a, b) => (a.f1 ?? 2) - (b.f1 ?? 2) || b.given - a.given);
}
