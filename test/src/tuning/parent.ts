/** Begins a run that takes for ever, and tells its process's number once that is at work. */
import { tuneNetwork } from '../../../src/tuning/index.ts';
import { brief, tinyTask } from './tiny.ts';

let pid = 0;
const task = await tinyTask(process.argv[2]!, { options: { ...brief, epochs: 10_000, patience: 0 } });
await tuneNetwork(task, {
  onStart: (started) => {
    pid = started;
  },
  onProgress: ({ epoch }) => {
    if (epoch === 1) process.send?.(pid);
  },
});
