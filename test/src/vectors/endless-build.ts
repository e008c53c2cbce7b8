/** A process that builds an index for ever, and writes the process id of its child. */
import { buildInChild } from '../../../src/vectors/build.ts';
import { createExactIndex } from '../../../src/vectors/exact.ts';
import { hnswDefaults } from '../../../src/vectors/hnsw.ts';
import { createTurns } from '../../../src/vectors/turns.ts';
import { seededVector } from '../../contracts/vector-index.ts';

const dim = 8;
const exact = createExactIndex({ dim });
exact.entries = function* () {
  for (let content = 0; ; content++) yield { content, vector: seededVector(content, dim) };
};
let child = 0;
await buildInChild(exact, {
  ...hnswDefaults,
  dim,
  path: process.argv[2]!,
  turns: createTurns(),
  onStart: (pid) => {
    child = pid;
  },
  // Said when the child works, not when it was only started.
  onProgress: () => process.stdout.write(`${child}\n`),
});
