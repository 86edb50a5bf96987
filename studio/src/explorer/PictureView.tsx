import { useLayoutEffect, useRef } from "preact/hooks";
import { px } from "../parts/px";
import { paint, type Picture } from "./pixels";

interface Props { pixels: Uint8ClampedArray<ArrayBuffer> | null; picture: Picture; width: number; label: string }

/** A picture enlarged without blurring. */
export function PictureView({ pixels, picture, width, label }: Props) {
  const ref = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (pixels) paint(ref.current!, pixels, picture);
  }, [pixels, picture]);
  return <canvas ref={ref} class="pixels" role="img" aria-label={label} style={{ width: px(width), height: px(Math.round((width * picture.height) / picture.width)) }} />;
}
