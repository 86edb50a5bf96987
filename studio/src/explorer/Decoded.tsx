import { useMemo } from "preact/hooks";
import { pngOf } from "../charts/image";
import { SaveMenu } from "../parts/SaveMenu";
import { fixed } from "../text/format";
import type { ExplorerData } from "./data";
import type { Decoder } from "./decoder";
import { FeatureBars } from "./FeatureBars";
import { featureName } from "./featureNames";
import { decodedPixels, storedPixels, type Picture } from "./pixels";
import { PictureView } from "./PictureView";
import { useDecoded } from "./useDecoded";

interface Props { data: ExplorerData; decoder: Decoder | null; chosen: { z: Float32Array; row: number }; why: string | null; name: string }

/** The chosen point and what the decoder makes of it; beside it the row, when a whole row was taken. */
export function Decoded({ data, decoder, chosen, why, name }: Props) {
  const { about, images, latents } = data;
  const decoded = useDecoded(decoder, chosen.z);
  const picture = about.image;
  const pixels = useMemo(() => (decoded && picture ? decodedPixels(decoded.values, 0, picture) : null), [decoded, picture]);
  const original = useMemo(() => (chosen.row >= 0 && images && picture ? storedPixels(images, chosen.row, picture) : null), [chosen.row, images, picture]);
  const closest = useMemo(() => (decoder ? -1 : nearestRow(data, chosen.z)), [decoder, data, chosen.z]);
  const table = () => ({ columns: ["name", "value"], rows: [...Array.from(chosen.z, (value, l) => [`z${l}`, value]), ...Array.from(decoded?.values ?? [], (value, i) => [featureName(about.featureNames, i), value])] });
  return (
    <div>
      <div class="tablehead">
        <h3>{decoder || !why ? "Decoded" : "Nearest row"}<span class="formula"> {latents <= 4 && `z = (${Array.from(chosen.z, value => fixed(value, 2)).join(", ")})`}</span></h3>
        {decoded && <SaveMenu name={`${name} decoded`} table={table} png={picture && pixels ? () => enlarged(pixels, picture) : undefined} />}
      </div>
      <div class="decoded">
        {picture && !(why && !decoder) && <PictureView pixels={pixels} picture={picture} width={240} label="What the decoder makes of the chosen point" />}
        {picture && why && !decoder && closest >= 0 && images && <PictureView pixels={storedPixels(images, closest, picture)} picture={picture} width={240} label="The row whose code is nearest" />}
        {original && picture && <figure><PictureView pixels={original} picture={picture} width={120} label={`Row ${chosen.row}`} /><figcaption class="caption">row {chosen.row} of the data</figcaption></figure>}
        {!picture && decoded && <FeatureBars values={decoded.values.subarray(0, about.features)} width={320} height={180} label="Decoded numbers" names={about.featureNames} />}
      </div>
      {!picture && <p class="caption">The data are {about.features} numbers a row, not pictures: bars show the mean of p(x|z).</p>}
      {!decoder && !why && <p class="caption" role="status">Starting the decoder …</p>}
      {why && <p class="caption">{why}</p>}
    </div>
  );
}

function nearestRow({ mu, rows, latents }: ExplorerData, z: Float32Array): number {
  let [best, least] = [-1, Infinity];
  for (let r = 0; r < rows; r++) {
    let distance = 0;
    for (let l = 0; l < latents; l++) distance += (mu[r * latents + l]! - z[l]!) ** 2;
    if (distance < least) [best, least] = [r, distance];
  }
  return best;
}

function enlarged(pixels: Uint8ClampedArray<ArrayBuffer>, { width, height }: Picture): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d")!.putImageData(new ImageData(pixels, width, height), 0, 0);
  const scale = Math.max(1, Math.round(256 / width));
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width * scale}" height="${height * scale}"><image href="${canvas.toDataURL()}" width="100%" height="100%" style="image-rendering:pixelated"/></svg>`;
  return pngOf(text, (width * scale) / 2, (height * scale) / 2);
}
