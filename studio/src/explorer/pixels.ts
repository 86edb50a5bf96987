/** How numbers become a picture: `low` is black, `high` white. */
export interface Picture { height: number; width: number; channels: number; low: number; high: number }

/** Decoded numbers, channel by channel, as RGBA. */
export function decodedPixels(values: ArrayLike<number>, offset: number, { height, width, channels, low, high }: Picture): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * height * width);
  const plane = height * width;
  const scale = 255 / (high - low || 1);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = (values[offset + (channels >= 3 ? c * plane : 0) + i]! - low) * scale;
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}

/** A row of images.npy, channels last, as RGBA. */
export function storedPixels(images: Uint8Array, row: number, { height, width, channels }: Picture): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * height * width);
  const start = row * height * width * channels;
  for (let i = 0; i < height * width; i++) {
    for (let c = 0; c < 3; c++) pixels[4 * i + c] = images[start + i * channels + (channels >= 3 ? c : 0)]!;
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}

/** Draws on a canvas of the picture's own size; the page enlarges it without blurring. */
export function paint(canvas: HTMLCanvasElement, pixels: Uint8ClampedArray<ArrayBuffer>, { height, width }: Picture): void {
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  canvas.getContext("2d")!.putImageData(new ImageData(pixels, width, height), 0, 0);
}
