/**
 * The script that one writes first: sharp, then the network, one picture after the other, every option as it comes.
 *
 * usage: tsx naive.ts MODEL.onnx FOLDER. Prints pictures, wall and CPU seconds; imports and model loading are left out.
 */
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { picturesIn } from './pictures.ts';

const [model = '', folder = ''] = process.argv.slice(2);
const session = await InferenceSession.create(model);
const input = session.inputNames[0]!;
const files = await picturesIn(folder);
const embeddings: Float32Array[] = [];

const start = performance.now();
const before = process.cpuUsage();
for (const file of files) {
  const pixels = await sharp(join(folder, file))
    .resize(224, 224, { fit: 'fill', kernel: 'cubic' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer();
  const { embedding } = await session.run({ [input]: new Tensor('uint8', pixels, [1, 224, 224, 3]) }, ['embedding']);
  const vector = embedding!.data as Float32Array;
  const length = Math.hypot(...vector);
  embeddings.push(vector.map((value) => value / length));
}
const { user, system } = process.cpuUsage(before);
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ pictures: embeddings.length, seconds, cpu_seconds: (user + system) / 1e6 }));
