import { InferenceSession, Tensor } from 'onnxruntime-node';

/** Runs a compiled file on pictures, one after the other, and gives its outputs. */
export async function runOnnx(
  file: Uint8Array,
  pixels: Uint8Array,
  [height, width]: readonly [number, number],
): Promise<Record<string, { readonly dims: readonly number[]; readonly data: Float32Array }>> {
  const session = await InferenceSession.create(file, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const dims = [pixels.length / (height * width * 3), height, width, 3];
  const results = await session.run({ pixels: new Tensor('uint8', pixels, dims) });
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, { dims: tensor.dims, data: tensor.data as Float32Array }]),
  );
}
