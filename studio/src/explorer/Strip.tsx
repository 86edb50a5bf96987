import { useLayoutEffect, useRef } from "preact/hooks";
import { decodedPixels, paint, type Picture } from "./pixels";

interface Props {
  values: Float32Array | null;
  count: number;
  picture: Picture;
  label: string;
  /** What each picture stands for. */
  names: string[];
  current: number;
  onPick: (index: number) => void;
}

const gap = 4;
const leastWidth = 56;

/** A row of decoded pictures on one canvas; a slider for the keyboard, since that is what it does. */
export function Strip({ values, count, picture, label, names, current, onPick }: Props) {
  const ref = useRef<HTMLCanvasElement>(null);
  const { height, width, channels } = picture;
  const features = height * width * channels;
  const scale = Math.max(1, Math.round(leastWidth / width));
  const total = count * (scale * width + gap) - gap;
  useLayoutEffect(() => {
    const canvas = ref.current!;
    canvas.width = total;
    canvas.height = scale * height;
    if (!values || values.length < count * features) return;
    const context = canvas.getContext("2d")!;
    context.imageSmoothingEnabled = false;
    const one = document.createElement("canvas");
    for (let i = 0; i < count; i++) {
      paint(one, decodedPixels(values, i * features, picture), picture);
      context.drawImage(one, i * (scale * width + gap), 0, scale * width, scale * height);
    }
  }, [values, count, picture]);
  const press = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onPick(Math.min(count - 1, Math.max(0, current + step)));
  };
  return (
    <div class="strip">
      <canvas ref={ref} class="pixels" role="slider" tabIndex={0} aria-label={label} aria-valuemin={0} aria-valuemax={count - 1} aria-valuenow={Math.max(0, current)} aria-valuetext={names[current] ?? "between"}
        style={{ aspectRatio: `${total} / ${scale * height}` }} onKeyDown={press}
        onClick={event => { const box = event.currentTarget.getBoundingClientRect(); onPick(Math.min(count - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * count)))); }} />
      {current >= 0 && <span class="strip-mark" style={{ left: `${(100 * current * (scale * width + gap)) / total}%`, width: `${(100 * scale * width) / total}%` }} />}
    </div>
  );
}
