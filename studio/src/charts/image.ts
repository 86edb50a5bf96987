export interface Heading { title: string; legend: { label: string; colour: string; dashed?: boolean }[] }

/** A drawing as a file of its own: colours of the page put in, a ground behind it, title and legend above. */
export function svgText(svg: SVGSVGElement, heading?: Heading): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [svg.querySelectorAll<SVGElement>("*"), copy.querySelectorAll<SVGElement>("*")];
  settle(svg, copy);
  from.forEach((element, i) => settle(element, to[i]!));
  const { width, height } = size(svg);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const above = heading ? headingHeight(heading) : 0;
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height + above));
  copy.setAttribute("viewBox", `0 ${-above} ${width} ${height + above}`);
  copy.insertBefore(element("rect", { y: -above, width, height: height + above, fill: resolved("var(--paper)") }), copy.firstChild);
  if (heading) copy.append(...headingOf(heading, -above));
  return new XMLSerializer().serializeToString(copy);
}

/** The drawing in twice as many pixels as it has on a plain screen. */
export async function pngOf(svg: string, width: number, height: number): Promise<Blob | null> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = 2 * width;
  canvas.height = 2 * height;
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise(resolve => canvas.toBlob(resolve, "image/png"));
}

export function size(svg: SVGSVGElement): { width: number; height: number } {
  const box = svg.getBoundingClientRect();
  return { width: Math.round(box.width), height: Math.round(box.height) };
}

export const headingHeight = ({ legend }: Heading): number => (legend.length > 0 ? 44 : 26);

// Title, then the legend in one line: a figure that leaves the page must still say what it shows.
function headingOf({ title, legend }: Heading, top: number): SVGElement[] {
  const label = (x: number, y: number, text: string, more: Record<string, string | number>) => {
    const node = element("text", { x, y, fill: resolved("var(--ink)"), "font-family": resolved("var(--sans)"), "font-size": 12, "text-anchor": "start", ...more });
    node.textContent = text;
    return node;
  };
  const measure = document.createElement("canvas").getContext("2d")!;
  measure.font = `11px ${resolved("var(--sans)")}`;
  let x = 8;
  return [
    label(8, top + 17, title, { "font-weight": 600, "font-size": 13 }),
    ...legend.flatMap(entry => {
      const at = x;
      x += 40 + measure.measureText(entry.label).width;
      return [
        element("line", { x1: at, x2: at + 18, y1: top + 34, y2: top + 34, stroke: resolved(entry.colour), "stroke-width": 3, ...(entry.dashed ? { "stroke-dasharray": "4 3" } : {}) }),
        label(at + 24, top + 38, entry.label, { "font-size": 11, fill: resolved("var(--soft)") }),
      ];
    }),
  ];
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

/** `var(--ink)` as the page has it now. */
export const resolved = (colour: string): string =>
  colour.startsWith("var(") ? getComputedStyle(document.documentElement).getPropertyValue(colour.slice(4, -1)).trim() : colour;

const drawn = ["fill", "stroke", "stroke-opacity", "color", "font-family", "font-size", "font-weight"];

// A file has no page around it: what refers to the page is replaced by what the page made of it.
function settle(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of drawn) {
    const own = from.getAttribute(name);
    if (own?.includes("var(") || own === "currentColor" || (own !== null && name === "stroke-opacity") || (own === null && from instanceof SVGSVGElement)) to.setAttribute(name, style.getPropertyValue(name));
  }
  const inline = to.getAttribute("style");
  if (inline?.includes("var(")) {
    to.setAttribute("style", inline.split(";").map(rule => rule.includes("var(") ? `${rule.split(":")[0]}:${style.getPropertyValue((rule.split(":")[0] ?? "").trim())}` : rule).join(";"));
  }
}
