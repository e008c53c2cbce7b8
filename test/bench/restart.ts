/**
 * What a second start over an unchanged folder costs.
 */
import { indexFolder } from './command.ts';
import { type Measurement, runAlone } from './measurement.ts';
import { serve } from './server.ts';
import { median } from './statistics.ts';

export const restart: Measurement = {
  name: 'restart',
  missing: () => null,
  async measure(workplace) {
    const { folder, data, first } = await workplace.small();
    const walls: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { wall, summary } = await indexFolder(folder, data);
      const { unchanged, inferences } = summary;
      if (unchanged !== workplace.sizes.files || inferences > 0)
        throw new Error(`not all unchanged: ${JSON.stringify(summary)}`);
      walls.push(wall);
    }
    const serving = await serve(data);
    await serving.stop();
    const files = workplace.sizes.files.toLocaleString('en');
    return [
      {
        what: `first \`indexer index\` of ${files} small files`,
        figure: `${first.wall.toFixed(0)} s`,
        how: `16 x 16 PNGs in ${workplace.sizes.files / 100} folders; ${(first.summary.inferences / first.wall).toFixed(0)} a second`,
      },
      {
        what: 'a second one, nothing changed',
        figure: `${median(walls).toFixed(1)} s`,
        how: `\`unchanged: ${workplace.sizes.files}\`, \`inferences: 0\`; from start to exit; median of 3`,
      },
      {
        what: '`indexer serve` over the same folder',
        figure: `answers after ${serving.readyAfter.toFixed(1)} s`,
        how: `\`/readyz\`; its first sweep is complete after ${serving.sweptAfter.toFixed(1)} s`,
      },
    ];
  },
};

await runAlone(import.meta.url, restart);
