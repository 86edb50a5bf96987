import { useState } from "preact/hooks";
import { Empty } from "../parts/Empty";
import { Problem } from "../parts/Problem";
import { Slider } from "../parts/Slider";
import { fileAddress, picture, usePicture } from "../source/files";
import type { Detail, Picture, PictureKind } from "../source/documents";
import { download, fileName } from "../text/download";
import { latentMeaning } from "./latentMeaning";

const titles: Record<PictureKind, [string, string]> = {
  recon: ["Reconstructions", "each original beside what the model makes of it"],
  samples: ["Samples", "what the decoder makes of draws from the prior"],
  latent: ["Latent space", "where the encoder puts the data, or what the plane of two latents decodes to"],
};

export function PicturesTab({ run }: { run: Detail }) {
  const epochs = [...new Set(run.pictures.map(item => item.epoch).filter((epoch): epoch is number => epoch !== null))].sort((a, b) => a - b);
  const [picked, setPicked] = useState<number | null>(null);
  const last = epochs.length - 1;
  const at = Math.min(picked ?? last, last);
  if (run.pictures.length === 0) return <Empty title="No pictures yet" how={<>They come with the checkpoints of training on pictures. By hand: <code>elbow sample {run.id} --out samples.png</code></>} />;
  const kinds = (Object.keys(titles) as PictureKind[]).filter(kind => run.pictures.some(item => item.kind === kind));
  return (
    <>
      {epochs.length > 1 && <div class="bar"><Slider label="Epoch" min={0} max={last} value={at} shown={String(epochs[at])} onInput={index => setPicked(index === last ? null : index)} /></div>}
      <div class="pictures">{kinds.flatMap(kind => chosen(run.pictures.filter(item => item.kind === kind), epochs[at] ?? Infinity)
        .map(item => <Shown key={item.epoch === null ? item.path : kind} run={run} kind={kind} item={item} />))}</div>
    </>
  );
}

function Shown({ run, kind, item }: { run: Detail; kind: PictureKind; item: Picture }) {
  const path = fileAddress(run.id, item.path);
  const { address, problem } = usePicture(item.path.endsWith(".png") ? path : null);
  const [title, general] = titles[kind];
  const meaning = (kind === "latent" ? latentMeaning(item.path) : undefined) ?? general;
  // A map is drawn with axes and letters, which would break up; the others are pixels.
  const drawn = kind === "latent" && !/\bplane\b/.test(item.path);
  const save = async () => download(fileName(`${run.id}-${item.path}`, "png"), await (await fetch(await picture(path))).blob());
  return (
    <figure>
      <figcaption class="tablehead"><h3>{title}<span class="soft" style={{ fontWeight: 400 }}> · {item.epoch !== null ? `epoch ${item.epoch}` : item.path}</span></h3><button type="button" class="chip" onClick={save}>PNG</button></figcaption>
      <p class="caption" style={{ margin: "0 0 .5rem" }}>{meaning}</p>
      {problem ? <Problem problem={problem} /> : address && <img src={address} class={drawn ? "drawn" : undefined} alt={`${title} of ${run.name}: ${meaning}${item.epoch === null ? "" : `, epoch ${item.epoch}`}`} />}
    </figure>
  );
}

// Not every kind is drawn at every epoch: the newest up to the chosen one, or else the first there is. What belongs to no epoch is always shown.
function chosen(items: Picture[], epoch: number): Picture[] {
  const dated = items.filter(item => item.epoch !== null).sort((a, b) => a.epoch! - b.epoch!);
  const newest = dated.filter(item => item.epoch! <= epoch).at(-1) ?? dated[0];
  return [...(newest ? [newest] : []), ...items.filter(item => item.epoch === null)];
}
