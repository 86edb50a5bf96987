import { quantile } from "../math/extent";

export const margin = { left: 52, right: 10, top: 22, bottom: 36 };

/** The square part of the plane that is shown: both axes to one scale, so that distances can be compared. */
export interface Frame { size: number; x: [number, number]; y: [number, number] }

export function frameOf(size: number, clouds: Float32Array[]): Frame {
  const range = (offset: number): [number, number] => {
    const ranges = clouds.filter(cloud => cloud.length > 0).map(cloud => {
      const values = cloud.filter((_, i) => i % 2 === offset && Number.isFinite(cloud[i]!)).sort();
      return [quantile(values, 0.002), quantile(values, 0.998)] as const;
    });
    return ranges.length === 0 ? [-3, 3] : [Math.min(...ranges.map(r => r[0])), Math.max(...ranges.map(r => r[1]))];
  };
  const [x, y] = [range(0), range(1)];
  const inner = { width: size - margin.left - margin.right, height: size - margin.top - margin.bottom };
  const unit = Math.max((x[1] - x[0]) / inner.width, (y[1] - y[0]) / inner.height, 1e-6) * 1.08;
  const around = ([low, high]: [number, number], pixels: number): [number, number] => [(low + high) / 2 - (unit * pixels) / 2, (low + high) / 2 + (unit * pixels) / 2];
  return { size, x: around(x, inner.width), y: around(y, inner.height) };
}

export const toPixelX = (frame: Frame, x: number): number => margin.left + ((x - frame.x[0]) / (frame.x[1] - frame.x[0])) * (frame.size - margin.left - margin.right);
export const toPixelY = (frame: Frame, y: number): number => frame.size - margin.bottom - ((y - frame.y[0]) / (frame.y[1] - frame.y[0])) * (frame.size - margin.top - margin.bottom);
export const fromPixelX = (frame: Frame, px: number): number => frame.x[0] + ((px - margin.left) / (frame.size - margin.left - margin.right)) * (frame.x[1] - frame.x[0]);
export const fromPixelY = (frame: Frame, py: number): number => frame.y[0] + ((frame.size - margin.bottom - py) / (frame.size - margin.top - margin.bottom)) * (frame.y[1] - frame.y[0]);

/** The row whose point is nearest, if it is within a few pixels; −1 for none. */
export function nearest(frame: Frame, points: Float32Array, px: number, py: number, within: number): number {
  let best = -1;
  let least = within * within;
  for (let r = 0; r < points.length / 2; r++) {
    const dx = toPixelX(frame, points[2 * r]!) - px;
    const dy = toPixelY(frame, points[2 * r + 1]!) - py;
    const distance = dx * dx + dy * dy;
    if (distance < least) [best, least] = [r, distance];
  }
  return best;
}
