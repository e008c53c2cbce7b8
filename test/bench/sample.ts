/**
 * How often the nearest neighbour of a picture of the sample folder is of the same food group.
 */
import { openEngine } from './engine.ts';
import { type Measurement, runAlone } from './measurement.ts';
import { sample as folder, picturesIn, sampleMissing } from './pictures.ts';

export const sample: Measurement = {
  name: 'sample',
  missing: sampleMissing,
  async measure(workplace) {
    const engine = await openEngine(workplace.fresh('data'));
    try {
      await engine.index(folder);
      const images = await picturesIn(folder);
      const contents = new Set<string>();
      let [same, sameOfOthers] = [0, 0];
      for (const image of images) {
        const { content } = engine.collection.image({ image });
        contents.add(content);
        // Some photographs are there under many names: the nearest may be the same bytes.
        const { results } = await engine.collection.search({ address: { image } }, { k: 100 });
        const other = results.find((result) => result.content !== content);
        if (results[0] && groupOf(results[0].image) === groupOf(image)) same++;
        if (other && groupOf(other.image) === groupOf(image)) sameOfOthers++;
      }
      const part = (n: number): string => percent(n / images.length);
      return [
        {
          what: 'sample folder: the nearest neighbour has the same food group',
          figure: `${part(same)} of ${images.length} pictures; ${part(sameOfOthers)} where copies of the same bytes do not count (${contents.size} are distinct)`,
          how: `${new Set(images.map(groupOf)).size} groups, the first letter of a file's name; another picture drawn at random: ${percent(chance(images))}`,
        },
      ];
    } finally {
      await engine.close();
    }
  },
};

const groupOf = (image: string): string => image[0]!;

/** How likely two different pictures drawn at random are of one group. */
function chance(images: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const image of images) counts.set(groupOf(image), (counts.get(groupOf(image)) ?? 0) + 1);
  const pairs = [...counts.values()].reduce((sum, n) => sum + n * (n - 1), 0);
  return pairs / (images.length * (images.length - 1));
}

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`;

await runAlone(import.meta.url, sample);
