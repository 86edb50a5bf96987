import { resolved } from "../charts/image";

const labelWidth = 130;
const gap = 6;

/** All strips below an element on one sheet, each with its name before it; null when there is none. */
export function stripSheet(root: Element | null): Promise<Blob | null> {
  const rows = [...(root?.querySelectorAll<HTMLCanvasElement>(".strip canvas") ?? [])].map(canvas => ({ canvas, name: canvas.getAttribute("aria-label") ?? "" }));
  if (rows.length === 0) return Promise.resolve(null);
  const sheet = document.createElement("canvas");
  sheet.width = labelWidth + Math.max(...rows.map(({ canvas }) => canvas.width)) + gap;
  sheet.height = rows.reduce((sum, { canvas }) => sum + canvas.height + gap, gap);
  const context = sheet.getContext("2d")!;
  context.fillStyle = resolved("var(--paper)");
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.fillStyle = resolved("var(--ink)");
  context.font = `12px ${resolved("var(--sans)")}`;
  context.textBaseline = "middle";
  let y = gap;
  for (const { canvas, name } of rows) {
    context.fillText(name, gap, y + canvas.height / 2, labelWidth - 2 * gap);
    context.drawImage(canvas, labelWidth, y);
    y += canvas.height + gap;
  }
  return new Promise(resolve => sheet.toBlob(resolve, "image/png"));
}
