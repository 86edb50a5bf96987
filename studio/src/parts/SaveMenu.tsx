import { download, fileName } from "../text/download";
import { toCsv, toJson, type Table } from "../text/table";
import { Menu } from "./Menu";

interface Props { name: string; table?: (() => Table) | undefined; svg?: (() => string | null) | undefined; png?: (() => Promise<Blob | null>) | undefined }

/** Takes a figure or a table away. */
export function SaveMenu({ name, table, svg, png }: Props) {
  const save = (extension: string, content: string | Blob | null, type: string) => content !== null && download(fileName(name, extension), content, type);
  return (
    <Menu title={`Save ${name}`} label={<span aria-hidden="true">⤓</span>}>
      {svg && <button type="button" onClick={() => save("svg", svg(), "image/svg+xml")}>SVG</button>}
      {png && <button type="button" onClick={async () => save("png", await png(), "image/png")}>PNG</button>}
      {table && <button type="button" onClick={() => save("csv", toCsv(table()), "text/csv;charset=utf-8")}>CSV</button>}
      {table && <button type="button" onClick={() => save("json", toJson(table()), "application/json")}>JSON</button>}
    </Menu>
  );
}
