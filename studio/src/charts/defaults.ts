import type { PlotOptions } from "@observablehq/plot";
import { extent } from "../math/extent";
import { short } from "../text/format";

/** What all drawings share. */
export function defaults(width: number, height: number): PlotOptions {
  return {
    width,
    height,
    marginLeft: 52,
    marginRight: 12,
    marginTop: 24,
    marginBottom: 32,
    style: { fontFamily: "var(--sans)", fontSize: "11px", fontVariantNumeric: "tabular-nums", overflow: "visible", background: "none" },
  };
}

/** How many ticks an axis of whole numbers can have: steps and epochs have none in between. */
export const wholeTicks = (values: Iterable<number | null | undefined>, most = 8): number => {
  const range = extent(values);
  return range ? Math.max(1, Math.min(most, Math.floor(range[1] - range[0]))) : 1;
};

/** Axis labels without needless digits. */
export const tick = (value: number): string => {
  const size = Math.abs(value);
  if (size >= 1e6 || (size > 0 && size < 1e-4)) return short(value).replace(/\.?0+·/, "·");
  const text = Number(size.toPrecision(6)).toString();
  return value < 0 ? `−${text}` : text;
};
