import { useMemo } from "preact/hooks";
import { short } from "../text/format";
import type { ExplorerData } from "./data";
import { storedPixels } from "./pixels";
import { PictureView } from "./PictureView";

const most = 6;

/** One row of the data under the pointer: its picture and what is known of it. */
export function RowTip({ data, row }: { data: ExplorerData; row: number }) {
  const { about, images } = data;
  const pixels = useMemo(() => (images && about.image ? storedPixels(images, row, about.image) : null), [images, about, row]);
  return (
    <>
      {about.image && pixels && <PictureView pixels={pixels} picture={about.image} width={84} label={`Row ${row}`} />}
      <dl>{about.columns.slice(0, most).map(column => { const value = column.values[row]; return <div key={column.name}><dt>{column.name}</dt><dd>{typeof value === "number" ? short(value) : value ?? "–"}</dd></div>; })}</dl>
    </>
  );
}
