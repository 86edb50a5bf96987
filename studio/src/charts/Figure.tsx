import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Formula } from "../parts/Formula";
import { SaveMenu } from "../parts/SaveMenu";
import { dark } from "../theme";
import type { Table } from "../text/table";
import { headingHeight, pngOf, size, svgText } from "./image";

export interface LegendEntry { label: string; colour: string; dashed?: boolean; title?: string }

interface Props {
  title: string;
  formula?: string;
  caption?: ComponentChildren;
  /** What stands between title and drawing. */
  lead?: ComponentChildren;
  legend?: LegendEntry[];
  table?: () => Table;
  /** Draws for a width in pixels; called again when the width, the theme or `deps` change. */
  draw: (width: number) => Element;
  deps: readonly unknown[];
  wide?: boolean;
  /** Whether the drawing may be wider than the page and is moved under the finger then. */
  scroll?: boolean;
}

/** A drawing with its title, its legend, what to read from it, and ways to take it along. */
export function Figure({ title, formula, caption, lead, legend, table, draw, deps, wide, scroll }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => setWidth(Math.floor(ref.current!.clientWidth)), []);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);
  const isDark = dark.value;
  useLayoutEffect(() => {
    if (width < 50) return;
    ref.current!.replaceChildren(draw(width));
  }, [width, isDark, ...deps]);
  const heading = { title, legend: legend ?? [] };
  const svg = () => ref.current?.querySelector("svg") ?? null;
  const png = () => {
    const drawing = svg();
    if (!drawing) return Promise.resolve(null);
    const { width: w, height: h } = size(drawing);
    return pngOf(svgText(drawing, heading), w, h + headingHeight(heading));
  };
  return (
    <figure class={wide ? "figure wide" : "figure"}>
      <figcaption>
        <h3 title={formula}>{title}{formula && <> <Formula text={formula} /></>}</h3>
        <SaveMenu name={title} table={table} svg={() => svg() && svgText(svg()!, heading)} png={png} />
      </figcaption>
      {lead}
      {legend && legend.length > 0 && <Legend entries={legend} />}
      <div class={scroll ? "drawing scroll" : "drawing"} ref={ref} role="img" aria-label={formula ? `${title}: ${formula}` : title} />
      {caption && <p class="caption">{caption}</p>}
    </figure>
  );
}

export function Legend({ entries }: { entries: LegendEntry[] }) {
  return (
    <ul class="legend">
      {entries.map(entry => (
        <li key={entry.label} title={entry.title}>
          <svg width="18" height="8" aria-hidden="true"><line x1="0" x2="18" y1="4" y2="4" style={{ stroke: entry.colour, strokeWidth: 3, strokeDasharray: entry.dashed ? "4 3" : undefined }} /></svg>
          {entry.label}
        </li>
      ))}
    </ul>
  );
}
