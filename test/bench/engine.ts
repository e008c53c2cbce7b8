import { createFollower } from '../../indexer/follow/follower.ts';
import { type Collection, loadConfig, openCollection, type Summary, underWay } from '../../src/index.ts';

/** A collection in this process. */
export interface Engine {
  readonly collection: Collection;
  /** Follows the folders with one sweep. @throws where a picture fails */
  index(...folders: string[]): Promise<Summary>;
  close(): Promise<void>;
}

export async function openEngine(data: string): Promise<Engine> {
  const log = { debug() {}, info() {}, warn: (message: string) => void process.stderr.write(`${message}\n`) };
  const config = loadConfig({ data, env: {}, flags: {} });
  const { collection } = await openCollection({ config, env: process.env, log });
  const follower = createFollower(collection, {
    concurrency: underWay(),
    dataFolder: data,
    watch: 'off',
    log: log.warn,
  });
  return {
    collection,
    async index(...folders) {
      const names: string[] = [];
      for (const folder of folders) names.push((await follower.add(folder)).name);
      const { id } = follower.sweep(names);
      for await (const event of collection.jobs.events(id)) {
        if (event.type !== 'end') continue;
        const { state, result } = event.job;
        const summary = result as Summary;
        if (state !== 'done' || summary.failed > 0) throw new Error(`not indexed: ${JSON.stringify(event.job)}`);
        return summary;
      }
      throw new Error('the sweep did not end');
    },
    async close() {
      await follower.close();
      await collection.close();
    },
  };
}
