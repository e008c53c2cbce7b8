import type { Scores } from './scores.ts';

/** A picture whose label is probably wrong. Classes are places in the head's labels, pictures in the training data. */
export interface Suspect {
  readonly picture: number;
  readonly given: number;
  /** What its label probably is. */
  readonly suggested: number;
  /** Probability of the given label, by a head that was not fitted on this picture. */
  readonly pGiven: number;
  readonly pSuggested: number;
}

/** Probabilities that are equal may differ by as much. */
const rounding = 1e-6;

/**
 * The pictures that are most likely mislabelled, most likely first, by confident learning (C. Northcutt, L. Jiang and I. Chuang, "Confident
 * learning: estimating uncertainty in dataset labels", JAIR 70, 2021).
 *
 * A class is believed of a picture where its probability is at least the mean that it has over the pictures which were given that class: so a
 * class that is always told with little confidence is not taken for a mistake. Of the classes that are believed, among the five most probable, the most probable
 * one counts; where it is not the given one, the picture is suspect. Suspects are ordered by their margin, `pGiven - pSuggested`.
 * @param scores of all pictures, each by a head that was not fitted on it
 * @param judged which of them have such scores
 */
export function findMislabelled(
  given: Uint32Array,
  scores: Scores,
  { judged, classes }: { judged: Uint32Array; classes: number },
): Suspect[] {
  const { top, p, loss, width } = scores;
  const [sums, counts] = [new Float64Array(classes), new Uint32Array(classes)];
  for (const i of judged) {
    sums[given[i]!]! += Math.exp(-loss[i]!);
    counts[given[i]!]!++;
  }
  const usual = sums.map((sum, c) => (counts[c]! > 0 ? sum / counts[c]! : 1));
  const suspects: Suspect[] = [];
  for (const picture of judged) {
    const label = given[picture]!;
    for (let at = picture * width; at < (picture + 1) * width; at++) {
      const suggested = top[at]!;
      if (p[at]! < usual[suggested]! - rounding) continue;
      if (suggested !== label) {
        suspects.push({ picture, given: label, suggested, pGiven: Math.exp(-loss[picture]!), pSuggested: p[at]! });
      }
      break;
    }
  }
  const margin = ({ pGiven, pSuggested }: Suspect): number => pGiven - pSuggested;
  return suspects.sort((a, b) => margin(a) - margin(b) || a.picture - b.picture);
}
