import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { pngOf, resolved, svgText } from "../charts/image";
import { px } from "../parts/px";
import { SaveMenu } from "../parts/SaveMenu";
import { dark } from "../theme";
import type { Table } from "../text/table";
import type { Colouring } from "./colouring";
import { fromPixelX, fromPixelY, frameOf, nearest, toPixelX, toPixelY, type Frame } from "./geometry";
import { ground } from "./ground";
import { useSize } from "./useSize";
import type { ComponentChildren } from "preact";

export interface Layers { points: boolean; posterior: boolean; prior: boolean; holes: boolean }

interface Props {
  points: Float32Array;
  samples: Float32Array;
  prior: Float32Array;
  holes: Float32Array;
  colouring: Colouring;
  layers: Layers;
  /** Across and up; of a single latent only across. */
  names: [string] | [string, string];
  at: [number, number];
  ends: { name: string; x: number; y: number }[];
  onMove: (x: number, y: number, row: number) => void;
  onHole: (index: number) => void;
  tip: (row: number) => ComponentChildren;
  table: () => Table;
}

const reach = 12;

/** The plane of two coordinates: points on a canvas, contours over them, the cursor over all. */
export function Plane({ points, samples, prior, holes, colouring, layers, names, at, ends, onMove, onHole, tip, table }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const lines = useRef<HTMLDivElement>(null);
  const size = Math.min(660, useSize(box));
  const [hover, setHover] = useState<{ row: number; x: number; y: number } | null>(null);
  const isDark = dark.value;
  const [frame, setFrame] = useState<Frame | null>(null);
  useLayoutEffect(() => {
    if (size > 50) setFrame(frameOf(size, [points, samples, prior]));
  }, [size, points, samples, prior]);
  useLayoutEffect(() => {
    if (frame) lines.current!.replaceChildren(ground({ frame, names, posterior: layers.posterior ? samples : null, prior: layers.prior && prior.length > 0 ? prior : null }));
  }, [frame, names.join(), samples, prior, layers.posterior, layers.prior, isDark]);
  useLayoutEffect(() => {
    if (frame) drawPoints(canvas.current!, frame, layers.points ? points : new Float32Array(0), colouring);
  }, [frame, points, colouring, layers.points, isDark]);

  const place = (event: PointerEvent): [number, number] => {
    const area = box.current!.getBoundingClientRect();
    return [event.clientX - area.left, event.clientY - area.top];
  };
  const point = (event: PointerEvent) => {
    if (!frame) return;
    const [px, py] = place(event);
    const row = layers.points ? nearest(frame, points, px, py, reach) : -1;
    if (event.buttons & 1) onMove(fromPixelX(frame, px), fromPixelY(frame, py), row);
    setHover(row >= 0 ? { row, x: px, y: py } : null);
  };
  const press = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 0.5 : 0.1;
    const move = ({ ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] } as Record<string, [number, number]>)[event.key];
    if (!move || event.target !== box.current) return;
    event.preventDefault();
    onMove(at[0] + move[0], at[1] + move[1], -1);
  };
  const svg = () => (frame && lines.current ? wholePicture(frame, canvas.current!, lines.current, layers.holes ? holes : new Float32Array(0)) : null);
  return (
    <div class="plane-column">
      <div class="tablehead"><h3>{names.join(" and ")}</h3><SaveMenu name={`latent space ${names.join(" ")}`} table={table} svg={svg} png={async () => { const text = svg(); return text && frame ? pngOf(text, frame.size, frame.size) : null; }} /></div>
      <div ref={box} class="plane" tabIndex={0} role="application" aria-label={`Latent space, ${names[0]} across${names[1] ? ` and ${names[1]} up` : ""}. Arrow keys move the point that is decoded; with Shift in larger steps.`} style={{ height: px(size) }}
        onPointerDown={event => { if ((event.target as Element).closest("button")) return; event.currentTarget.setPointerCapture(event.pointerId); point(event); }} onPointerMove={point} onPointerLeave={() => setHover(null)} onKeyDown={press}>
        <canvas ref={canvas} aria-hidden="true" style={{ width: px(size), height: px(size) }} />
        <div ref={lines} class="plane-lines" aria-hidden="true" />
        {frame && <Marks frame={frame} at={at} ends={ends} hover={hover ? [points[2 * hover.row]!, points[2 * hover.row + 1]!] : null} />}
        {frame && layers.holes && Array.from({ length: holes.length / 2 }, (_, i) => inside(frame, holes[2 * i]!, holes[2 * i + 1]!) &&
          <button key={i} type="button" class="hole" title={`Hole ${i + 1}: decode it`} aria-label={`Hole ${i + 1}: decode it`} style={{ left: px(toPixelX(frame, holes[2 * i]!)), top: px(toPixelY(frame, holes[2 * i + 1]!)) }} onClick={() => onHole(i)}>{i + 1}</button>)}
        {hover && <div class="plane-tip" style={{ left: px(hover.x), top: px(hover.y), transform: `translate(${hover.x > size / 2 ? "calc(-100% - 14px)" : "14px"}, ${hover.y > size / 2 ? "calc(-100% - 8px)" : "8px"})` }}>{tip(hover.row)}</div>}
      </div>
    </div>
  );
}

function Marks({ frame, at, ends, hover }: { frame: Frame; at: [number, number]; ends: Props["ends"]; hover: [number, number] | null }) {
  const [x, y] = [toPixelX(frame, at[0]), toPixelY(frame, at[1])];
  return (
    <svg class="plane-marks" width={frame.size} height={frame.size} aria-hidden="true">
      {ends.length === 2 && <line x1={toPixelX(frame, ends[0]!.x)} y1={toPixelY(frame, ends[0]!.y)} x2={toPixelX(frame, ends[1]!.x)} y2={toPixelY(frame, ends[1]!.y)} stroke="var(--ink)" stroke-dasharray="2 3" />}
      {ends.map(end => <g key={end.name} transform={`translate(${toPixelX(frame, end.x)} ${toPixelY(frame, end.y)})`}><circle r="9" fill="var(--ink)" /><text fill="var(--paper)" font-size="11" font-weight="600" text-anchor="middle" dy="4">{end.name}</text></g>)}
      {hover && <circle cx={toPixelX(frame, hover[0])} cy={toPixelY(frame, hover[1])} r="6" fill="none" stroke="var(--ink)" stroke-width="1.5" />}
      <g stroke="var(--paper)" stroke-width="4" fill="none"><Cross x={x} y={y} /></g>
      <g stroke="var(--ink)" stroke-width="1.8" fill="none"><Cross x={x} y={y} /></g>
    </svg>
  );
}

const Cross = ({ x, y }: { x: number; y: number }) => <><circle cx={x} cy={y} r="7" /><path d={`M${x - 13} ${y}h6M${x + 7} ${y}h6M${x} ${y - 13}v6M${x} ${y + 7}v6`} /></>;

const inside = ({ x, y }: Frame, px: number, py: number): boolean => px >= x[0] && px <= x[1] && py >= y[0] && py <= y[1];

function drawPoints(canvas: HTMLCanvasElement, frame: Frame, points: Float32Array, { of, palette }: Colouring): void {
  const ratio = Math.min(3, Math.max(1, devicePixelRatio));
  canvas.width = canvas.height = Math.round(frame.size * ratio);
  const context = canvas.getContext("2d")!;
  context.scale(ratio, ratio);
  const style = getComputedStyle(canvas);
  const resolved = palette.map(name => (name.startsWith("var(") ? style.getPropertyValue(name.slice(4, -1)).trim() : name));
  const none = style.getPropertyValue("--faint").trim();
  const count = points.length / 2;
  const radius = count > 2000 ? 1.8 : 2.6;
  context.globalAlpha = count > 2000 ? 0.6 : 0.8;
  for (let r = 0; r < count; r++) {
    if (!inside(frame, points[2 * r]!, points[2 * r + 1]!)) continue;
    context.fillStyle = resolved[of[r]!] ?? none;
    context.beginPath();
    context.arc(toPixelX(frame, points[2 * r]!), toPixelY(frame, points[2 * r + 1]!), radius, 0, 2 * Math.PI);
    context.fill();
  }
}

// One drawing of all layers: the points go in as a picture, the holes as their circles.
function wholePicture(frame: Frame, canvas: HTMLCanvasElement, lines: HTMLElement, holes: Float32Array): string | null {
  const drawing = lines.querySelector("svg");
  if (!drawing) return null;
  const image = `<image href="${canvas.toDataURL("image/png")}" width="${frame.size}" height="${frame.size}"/>`;
  const circles = Array.from({ length: holes.length / 2 }, (_, i) => [toPixelX(frame, holes[2 * i]!), toPixelY(frame, holes[2 * i + 1]!), i + 1] as const)
    .map(([x, y, number]) => `<g transform="translate(${x} ${y})"><circle r="9" fill="${resolved("var(--paper)")}" stroke="${resolved("var(--series-2)")}" stroke-width="2"/><text text-anchor="middle" dy="4" font-size="11" fill="${resolved("var(--bad)")}">${number}</text></g>`);
  return svgText(drawing).replace(/(<rect[^>]*(?:\/>|><\/rect>))/, `$1${image}`).replace(/<\/svg>$/, `${circles.join("")}</svg>`);
}
