import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { normals } from "../math/statistics";
import { SaveMenu } from "../parts/SaveMenu";
import { Slider } from "../parts/Slider";
import type { Detail, ExplorerDocument } from "../source/documents";
import { Decoder } from "../explorer/decoder";
import { stripSheet } from "../explorer/sheet";
import { Strip } from "../explorer/Strip";
import { useDecoded } from "../explorer/useDecoded";
import { fileAddress, usePicture } from "../source/files";
import { source, useDocument } from "../source/store";
import { short } from "../text/format";
import type { Member } from "./groups";

const count = 12;
const most = 8;

/** What each run makes of the same points of the latent space, when all have latents of one number; else the pictures of its samples. */
export function SideBySide({ members }: { members: Member[] }) {
  const root = useRef<HTMLElement>(null);
  const [seed, setSeed] = useState(1);
  const shown = members.slice(0, most);
  const dims = new Set(shown.map(({ run }) => run.latentDim));
  const latents = dims.size === 1 ? [...dims][0] ?? null : null;
  const z = useMemo(() => (latents === null ? null : normals(count * latents, seed)), [latents, seed]);
  return (
    <section class="section" ref={root}>
      <div class="tablehead strips-head"><h2>Samples</h2>{z && <SaveMenu name="samples side by side" png={() => stripSheet(root.current)} />}</div>
      <p class="lead">{z ? "The same draws from N(0, 1) through the decoder of each run: what one latent means differs from run to run, quality and variety can be compared." : "The runs have different numbers of latents, so that no point lies in all their spaces: these are the samples that each run saved."}</p>
      {z && <div class="bar"><Slider label="Draw" min={1} max={50} value={seed} shown={String(seed)} onInput={setSeed} /></div>}
      <div class="strips">{shown.map(member => <RunSamples key={member.run.id} member={member} z={z} />)}</div>
      {members.length > most && <p class="caption">The first {most} of {members.length} runs.</p>}
    </section>
  );
}

function RunSamples({ member, z }: { member: Member; z: Float32Array | null }) {
  const { value } = useDocument<Detail>(`/api/runs/${encodeURIComponent(member.run.id)}`);
  const [opened, setOpened] = useState<{ decoder: Decoder; about: ExplorerDocument } | null>(null);
  const [failed, setFailed] = useState(false);
  const id = member.run.id;
  const can = z !== null && value?.explorer === true;
  useEffect(() => {
    if (!can) return undefined;
    let alive = true;
    let decoder: Decoder | null = null;
    void (async () => {
      try {
        const about = JSON.parse(new TextDecoder().decode(await source.file(fileAddress(id, "explorer/explorer.json")))) as ExplorerDocument;
        if (!about.decoder || !alive) throw new Error("no decoder");
        decoder = await Decoder.open(id, about.latentDim, about.features, about.mean);
        if (alive) setOpened({ decoder, about });
        else decoder.close();
      } catch {
        if (alive) setFailed(true);
      }
    })();
    return () => {
      alive = false;
      decoder?.close();
    };
  }, [id, can]);
  const decoded = useDecoded(opened?.decoder ?? null, z);
  const newest = value?.pictures.filter(item => item.kind === "samples").at(-1) ?? null;
  const saved = usePicture(value && (!can || failed) && newest ? fileAddress(id, newest.path) : null);
  const { name } = member;
  return (
    <div class="compare-row">
      <span class="strip-name" title={id}><i class="swatch" style={{ background: member.colour }} />{name}</span>
      {opened && decoded && opened.about.image && <Strip values={decoded.values} count={count} picture={opened.about.image} label={name} names={Array.from({ length: count }, (_, i) => `draw ${i + 1}`)} current={-1} onPick={() => undefined} />}
      {opened && decoded && !opened.about.image && <span class="soft">{Array.from({ length: Math.min(3, count) }, (_, i) => `(${Array.from(decoded.values.subarray(i * opened.about.features, i * opened.about.features + Math.min(6, opened.about.features)), value => short(value)).join(", ")}${opened.about.features > 6 ? ", …" : ""})`).join("   ")}</span>}
      {!opened && saved.address && <img class="saved" src={saved.address} alt={`Saved samples of ${name}`} />}
      {!opened && value && (!can || failed) && !newest && <span class="soft">no samples were saved, and there is no decoder to draw new ones</span>}
    </div>
  );
}
