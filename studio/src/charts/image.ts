/** A drawing as a file of its own: colours of the page put in, a ground behind it. */
export function svgText(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [svg.querySelectorAll<SVGElement>("*"), copy.querySelectorAll<SVGElement>("*")];
  settle(svg, copy);
  from.forEach((element, i) => settle(element, to[i]!));
  const { width, height } = size(svg);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(height));
  if (!copy.hasAttribute("viewBox")) copy.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(document.documentElement).getPropertyValue("--paper").trim());
  copy.insertBefore(ground, copy.firstChild);
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

const drawn = ["fill", "stroke", "color", "font-family", "font-size", "font-weight"];

// A file has no page around it: what refers to the page is replaced by what the page made of it.
function settle(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  for (const name of drawn) {
    const own = from.getAttribute(name);
    if (own?.includes("var(") || own === "currentColor" || (own === null && from instanceof SVGSVGElement)) to.setAttribute(name, style.getPropertyValue(name));
  }
  const inline = to.getAttribute("style");
  if (inline?.includes("var(")) {
    to.setAttribute("style", inline.split(";").map(rule => rule.includes("var(") ? `${rule.split(":")[0]}:${style.getPropertyValue((rule.split(":")[0] ?? "").trim())}` : rule).join(";"));
  }
}
