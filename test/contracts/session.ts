import { afterEach, expect, test } from 'vitest';
import type { Network } from '../../src/model/network.ts';
import type { TfjsInput } from '../../src/runtime/tfjs.ts';
import type { Pixels, Session } from '../../src/types.ts';
import { filled, networkOf } from '../support/tfjs.ts';

const [width, height] = [4, 3];

/** A picture whose bytes follow one another in steps of `step`, from `start`. */
export function steps(start: number, step = 1, size = { width, height }): Pixels {
  const length = size.width * size.height * 3;
  return { ...size, data: Uint8Array.from({ length }, (_, i) => (start + i * step) % 256) };
}

const vectorsOf = async (outputs: ReturnType<Session['run']>): Promise<Float32Array[]> =>
  (await outputs).map(({ vector }) => vector);

/** Every implementation of the port Session must pass. `create` opens a network; its one output is its vector. */
export function sessionContract(create: (network: Network, input: TfjsInput) => Promise<Session>): void {
  const open: Session[] = [];
  const opened = async (network: Network, input: TfjsInput) => {
    const session = await create(network, input);
    open.push(session);
    return session;
  };
  afterEach(async () => {
    for (const session of open.splice(0)) await session.close();
  });

  test('a vector holds the numbers of the picture in the order of rows, columns, channels', async () => {
    const { run, dim } = await opened(mixing([1, 0, 0, 0, 1, 0, 0, 0, 1]), rgb);
    expect(dim).toBe(width * height * 3);
    const picture = steps(3, 7);
    const [vector] = await vectorsOf(run([picture]));
    expect([...vector!]).toEqual([...picture.data]);
  });

  test.each([
    ['rgb', [0, 1, 2]],
    ['bgr', [2, 1, 0]],
  ] as const)(
    'pixels become (byte * scale - mean) / std of each channel, in the order %s',
    async (colour, channels) => {
      const input = { ...rgb, colour, scale: 1 / 255, mean: [0.5, 0.25, 0.125], std: [0.5, 0.25, 2] } as const;
      const kernel = [1, 0.5, -1, 2, 0, 0.25];
      const { run } = await opened(mixing(kernel), input);
      const picture = steps(11, 5);
      const [vector] = await vectorsOf(run([picture]));
      for (let pixel = 0; pixel < width * height; pixel++) {
        const values = channels.map(
          (channel, i) => (picture.data[pixel * 3 + channel]! / 255 - input.mean[i]!) / input.std[i]!,
        );
        for (const filter of [0, 1]) {
          const expected = values.reduce((sum, value, i) => sum + value * kernel[i * 2 + filter]!, 0);
          expect(vector![pixel * 2 + filter]).toBeCloseTo(expected, 4);
        }
      }
    },
  );

  test('each picture of a batch of any size has the vector that it has alone', async () => {
    const { run } = await opened(curved(), rgb);
    expect(await run([])).toEqual([]);
    const pictures = Array.from({ length: 11 }, (_, i) => steps(i * 19, i + 1));
    const together = await vectorsOf(run(pictures));
    expect(together).toHaveLength(11);
    for (const [i, picture] of pictures.entries()) {
      const [alone] = await vectorsOf(run([picture]));
      expect(Math.hypot(...alone!)).toBeGreaterThan(0);
      for (const [j, value] of alone!.entries()) expect(together[i]![j]).toBeCloseTo(value, 4);
    }
  });

  test('vectors belong to the caller: neither each other nor a later run share their memory', async () => {
    const { run, dim } = await opened(curved(), rgb);
    const pictures = [steps(0), steps(100, 3)];
    const [first, second] = await vectorsOf(run(pictures));
    const kept = [...first!];
    second!.fill(-1);
    expect([...first!]).toEqual(kept);
    expect(first!.buffer.byteLength).toBe(dim * 4);
    const [again] = await vectorsOf(run(pictures));
    first!.fill(-2);
    expect([...again!]).toEqual(kept);
  });

  test('runs that overlap do not disturb one another', async () => {
    const { run } = await opened(curved(), rgb);
    const pictures = Array.from({ length: 6 }, (_, i) => steps(i * 40, 3));
    const alone: Float32Array[] = [];
    for (const picture of pictures) alone.push(...(await vectorsOf(run([picture]))));
    const overlapping = await Promise.all(pictures.map((picture) => vectorsOf(run([picture]))));
    expect(overlapping.flat()).toEqual(alone);
  });

  test('two networks open at once stay apart, and one outlives the other', async () => {
    const [a, b] = [await opened(mixing([1, 0, 0]), rgb), await opened(mixing([0, 0, 1]), rgb)];
    const picture = steps(9, 2);
    const red = picture.data.filter((_, i) => i % 3 === 0);
    const blue = picture.data.filter((_, i) => i % 3 === 2);
    expect((await vectorsOf(a.run([picture]))).map((vector) => [...vector])).toEqual([[...red]]);
    expect((await vectorsOf(b.run([picture]))).map((vector) => [...vector])).toEqual([[...blue]]);
    await a.close();
    open.shift();
    expect((await vectorsOf(b.run([picture]))).map((vector) => [...vector])).toEqual([[...blue]]);
  });

  test('a picture of another size is refused', async () => {
    const { run } = await opened(curved(), rgb);
    const turned = steps(0, 1, { width: height, height: width });
    await expect(run([steps(0), turned])).rejects.toMatchObject({
      code: 'internal',
      message: `pixels must be ${width} x ${height} x 3 bytes; got ${height} x ${width} in 36 bytes`,
    });
  });

  test('it says on what it runs, and why', async () => {
    const { device } = await opened(curved(), rgb);
    expect(['cpu', 'cuda', 'coreml', 'directml', 'webgpu']).toContain(device.device);
    expect(device.why).not.toBe('');
  });

  test('nothing runs after it was closed', async () => {
    const session = await create(curved(), rgb);
    await session.close();
    await expect(session.run([steps(0)])).rejects.toThrow();
  });
}

const rgb: TfjsInput = { width, height, colour: 'rgb', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] };

/** A 1 x 1 convolution, flattened: `kernel[i * filters + j]` is what filter j takes of channel i. */
function mixing(kernel: readonly number[]): Network {
  const filters = kernel.length / 3;
  const conv = { filters, kernel_size: [1, 1], use_bias: false };
  const config = networkOf(
    [height, width, 3],
    [
      { class_name: 'Conv2D', name: 'mixed', config: conv, inputs: ['picture'] },
      { class_name: 'Flatten', name: 'embedding', config: {}, inputs: ['mixed'] },
    ],
  );
  const variable = { name: 'kernel', shape: [1, 1, 3, filters], data: Float32Array.from(kernel) };
  return { config, weights: new Map([['mixed', [variable]]]) };
}

/** Something that is not linear, and looks beyond one pixel. */
function curved(): Network {
  const conv = { filters: 5, kernel_size: [3, 3], strides: [2, 2], padding: 'same', activation: 'swish' };
  const config = networkOf(
    [height, width, 3],
    [
      { class_name: 'Rescaling', name: 'rescaled', config: { scale: 1 / 100 }, inputs: ['picture'] },
      { class_name: 'Conv2D', name: 'seen', config: conv, inputs: ['rescaled'] },
      { class_name: 'GlobalMaxPooling2D', name: 'embedding', config: {}, inputs: ['seen'] },
    ],
  );
  return { config, weights: filled(config) };
}
