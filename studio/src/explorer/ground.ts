import * as Plot from "@observablehq/plot";
import { tick } from "../charts/defaults";
import { margin, type Frame } from "./geometry";

interface Ground { frame: Frame; names: [string] | [string, string]; posterior: Float32Array | null; prior: Float32Array | null }

const every = (cloud: Float32Array, offset: number): Float32Array => cloud.filter((_, i) => i % 2 === offset);

/** The axes and the contours of both densities: what does not move with the pointer. */
export function ground({ frame, names, posterior, prior }: Ground): SVGSVGElement | HTMLElement {
  const contours = (cloud: Float32Array, stroke: string, dash: string | undefined) => Plot.density({ length: cloud.length / 2 }, {
    x: every(cloud, 0), y: every(cloud, 1), bandwidth: 14, thresholds: 7, stroke, strokeWidth: 1.1, strokeDasharray: dash, strokeOpacity: 0.6, clip: true,
  });
  return Plot.plot({
    width: frame.size,
    height: frame.size,
    marginLeft: margin.left,
    marginRight: margin.right,
    marginTop: margin.top,
    marginBottom: margin.bottom,
    style: { fontFamily: "var(--sans)", fontSize: "11px", background: "none", overflow: "hidden" },
    x: { domain: frame.x, label: `${names[0]} →`, labelAnchor: "right", tickFormat: tick, tickSize: 3 },
    y: names[1] === undefined ? { domain: frame.y, axis: null } : { domain: frame.y, label: names[1], labelAnchor: "top", tickFormat: tick, tickSize: 3 },
    marks: [
      Plot.frame({ stroke: "var(--line)" }),
      prior ? contours(prior, "var(--series-2)", "4 3") : null,
      posterior ? contours(posterior, "var(--ink)", undefined) : null,
    ],
  });
}
