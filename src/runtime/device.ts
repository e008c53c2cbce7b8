/**
 * Which device a network runs on. Only the CPU and the refusals could be run while this was written: no machine with a
 * GPU was at hand, so CUDA, CoreML, DirectML and WebGPU are taken only after they gave the CPU's numbers (see `agree`).
 */
import { PixkinError } from '../errors.ts';
import type { Device, DeviceReport } from '../types.ts';

export type NamedDevice = DeviceReport['device'];

/** ONNX Runtime's own names of the devices. */
export const providers: Readonly<Record<NamedDevice, string>> = {
  cpu: 'cpu',
  cuda: 'cuda',
  coreml: 'coreml',
  directml: 'dml',
  webgpu: 'webgpu',
};

/**
 * What `auto` tries, in this order. No platform has two of them in practice. WebGPU is not among them: it is there in
 * every build and needs a working Vulkan, Metal or D3D12 driver, so it is taken only where somebody names it.
 */
const automatic = ['cuda', 'coreml', 'directml'] as const;

/** Least cosine similarity to the CPU's vector at which a device is trusted: room for half precision, none for wrong numbers. */
export const LEAST_AGREEMENT = 0.999;

/**
 * Chooses a device and opens a network on it.
 * @param offered ONNX Runtime's names of what this build has (`listSupportedBackends`)
 * @param open opens the network on a device other than the CPU and checks it; rejects where that fails
 * @returns what `open` gave, or undefined for the CPU
 * @throws PixkinError `device_unavailable` where a device was asked for by name and is not there
 */
export async function chooseDevice<T>(
  asked: Device,
  offered: readonly string[],
  open: (device: NamedDevice) => Promise<T>,
): Promise<{ opened: T | undefined; report: DeviceReport }> {
  if (asked === 'cpu') return { opened: undefined, report: { device: 'cpu', why: 'asked for' } };
  if (asked !== 'auto') {
    if (!offered.includes(providers[asked])) throw unavailable(asked, offered, 'it is not in this build');
    try {
      return { opened: await open(asked), report: { device: asked, why: 'asked for' } };
    } catch (cause) {
      throw unavailable(asked, offered, firstLine(cause), cause);
    }
  }
  const failures: string[] = [];
  for (const device of automatic) {
    if (!offered.includes(providers[device])) continue;
    try {
      return {
        opened: await open(device),
        report: { device, why: `auto: ${device} is there and agrees with the CPU` },
      };
    } catch (error) {
      failures.push(`${device}: ${firstLine(error)}`);
    }
  }
  const why = failures.length > 0 ? failures.join('; ') : `this build offers ${list(offered)}`;
  return { opened: undefined, report: { device: 'cpu', why: `auto: ${why}` } };
}

/** @throws Error where a device's vector is not the CPU's, or is not made of numbers */
export function agree(device: Float32Array, cpu: Float32Array): void {
  let dot = 0;
  let a = 0;
  let b = 0;
  for (let i = 0; i < cpu.length; i++) {
    dot += device[i]! * cpu[i]!;
    a += device[i]! ** 2;
    b += cpu[i]! ** 2;
  }
  const cosine = dot / Math.sqrt(a * b);
  // Written so that NaN fails too.
  if (cosine >= LEAST_AGREEMENT) return;
  throw new Error(
    `its numbers must agree with the CPU's (cosine at least ${LEAST_AGREEMENT}); got ${cosine.toFixed(4)}`,
  );
}

function unavailable(device: NamedDevice, offered: readonly string[], why: string, cause?: unknown): PixkinError {
  const hint =
    device === 'cuda' && offered.includes('cuda')
      ? 'ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node fetches what CUDA needs'
      : undefined;
  const message = `device ${device} cannot be used: ${why}; this build offers ${list(offered)}`;
  return new PixkinError('device_unavailable', message, { ...(hint ? { hint } : {}), cause });
}

function list(offered: readonly string[]): string {
  const ours = Object.entries(providers).filter(([, provider]) => offered.includes(provider));
  return ours.map(([device]) => device).join(', ');
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [line = ''] = message.trim().split('\n', 1);
  // Without the name of the C function that failed.
  return line.replace(/^Ort\w+: /, '').slice(0, 500);
}
