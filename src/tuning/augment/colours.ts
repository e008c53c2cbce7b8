/**
 * Contrast, then brightness, each clipped to 0 to 255, in place. Sources: Keras' `RandomContrast` (distances from each channel's mean times a
 * factor) and `RandomBrightness`.
 * @param pixels of one picture: red, green, blue
 */
export function adjustColours(pixels: Uint8Array, o: { readonly contrast: number; readonly brightness: number }): void {
  if (o.contrast === 1 && o.brightness === 0) return;
  const tables = channelSums(pixels).map((sum) => {
    const mean = (3 * sum) / pixels.length;
    return Uint8Array.from({ length: 256 }, (_, value) =>
      Math.round(clip(clip((value - mean) * o.contrast + mean) + o.brightness)),
    );
  });
  const [red, green, blue] = [tables[0]!, tables[1]!, tables[2]!];
  for (let i = 0; i < pixels.length; i += 3) {
    pixels[i] = red[pixels[i]!]!;
    pixels[i + 1] = green[pixels[i + 1]!]!;
    pixels[i + 2] = blue[pixels[i + 2]!]!;
  }
}

function channelSums(pixels: Uint8Array): number[] {
  let [red, green, blue] = [0, 0, 0];
  for (let i = 0; i < pixels.length; i += 3) {
    red += pixels[i]!;
    green += pixels[i + 1]!;
    blue += pixels[i + 2]!;
  }
  return [red, green, blue];
}

function clip(value: number): number {
  return Math.min(255, Math.max(0, value));
}
