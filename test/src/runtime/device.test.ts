import { describe, expect, it } from 'vitest';
import { agree, chooseDevice } from '../../../src/runtime/device.ts';

/** Opens the devices that are given, and remembers what was tried. */
function machine(working: readonly string[]) {
  const tried: string[] = [];
  const open = async (device: string) => {
    tried.push(device);
    if (!working.includes(device)) throw new Error(`no ${device} here\nsecond line`);
    return device;
  };
  return { tried, open };
}

describe('choosing a device', () => {
  it('auto takes what works, and says so', async () => {
    const { open } = machine(['directml']);
    expect(await chooseDevice('auto', ['cpu', 'dml', 'cuda', 'webgpu'], open)).toEqual({
      opened: 'directml',
      report: { device: 'directml', why: 'auto: directml is there and agrees with the CPU' },
    });
  });

  it('auto falls back to the CPU, and says what failed', async () => {
    const { open, tried } = machine([]);
    expect(await chooseDevice('auto', ['cpu', 'webgpu', 'cuda', 'tensorrt'], open)).toEqual({
      opened: undefined,
      report: { device: 'cpu', why: 'auto: cuda: no cuda here' },
    });
    expect(tried).toEqual(['cuda']);
  });

  it('auto leaves WebGPU to those who name it', async () => {
    const { open, tried } = machine(['webgpu']);
    const { report } = await chooseDevice('auto', ['cpu', 'webgpu'], open);
    expect(report).toEqual({
      device: 'cpu',
      why: 'auto: this build offers cpu, webgpu',
    });
    expect(tried).toEqual([]);
    expect(await chooseDevice('webgpu', ['cpu', 'webgpu'], open)).toMatchObject({ opened: 'webgpu' });
  });

  it('cpu tries nothing else', async () => {
    const { open, tried } = machine(['cuda']);
    expect(await chooseDevice('cpu', ['cpu', 'cuda'], open)).toEqual({
      opened: undefined,
      report: { device: 'cpu', why: 'asked for' },
    });
    expect(tried).toEqual([]);
  });

  it('a device that is named and not in the build is an error that says what is', async () => {
    await expect(chooseDevice('coreml', ['cpu', 'dml'], machine(['coreml']).open)).rejects.toMatchObject({
      code: 'device_unavailable',
      message: 'device coreml cannot be used: it is not in this build; this build offers cpu, directml',
    });
  });

  it('a device that is named and does not work is an error that says why', async () => {
    await expect(chooseDevice('cuda', ['cpu', 'cuda'], machine([]).open)).rejects.toMatchObject({
      code: 'device_unavailable',
      message: 'device cuda cannot be used: no cuda here; this build offers cpu, cuda',
      hint: expect.stringContaining('ONNXRUNTIME_NODE_INSTALL=cuda12'),
    });
  });
});

describe('agreement with the CPU', () => {
  const cpu = Float32Array.of(3, 4, 0);
  it('allows for rounding', () => {
    expect(() => agree(Float32Array.of(3.01, 3.99, 0.01), cpu)).not.toThrow();
  });
  it.each([
    ['other numbers', [4, 3, 0]],
    ['zeros', [0, 0, 0]],
    ['NaN', [3, Number.NaN, 0]],
    ['too few', [3]],
  ])('refuses %s', (_title, numbers) => {
    expect(() => agree(Float32Array.from(numbers), cpu)).toThrow(
      /must agree with the CPU's \(cosine at least 0\.999\)/,
    );
  });
});
