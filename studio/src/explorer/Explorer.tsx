import { useMemo, useState } from "preact/hooks";
import { Pick } from "../parts/Pick";
import { Choice } from "../parts/Choice";
import { Toggle } from "../parts/Toggle";
import { count } from "../text/format";
import { meanAndSd } from "../math/statistics";
import { latentBasis, principalBasis, project } from "./basis";
import { ColourKey } from "./ColourKey";
import { colouring } from "./colouring";
import { Coordinates } from "./Coordinates";
import { Decoded } from "./Decoded";
import type { Decoder } from "./decoder";
import { rowOf, type ExplorerData } from "./data";
import { Holes } from "./Holes";
import { Interpolation } from "./Interpolation";
import { Plane, type Layers } from "./Plane";
import { RowTip } from "./RowTip";
import { Traversals } from "./Traversals";

interface Props { data: ExplorerData; decoder: Decoder | null; silent: string | null; name: string }

const layerNames: { key: keyof Layers; label: string; title: string }[] = [
  { key: "points", label: "Rows", title: "posterior means of the rows" },
  { key: "posterior", label: "q(z)", title: "contours of the aggregated posterior, by samples of each row's posterior" },
  { key: "prior", label: "p(z)", title: "contours of the prior, by samples of it" },
  { key: "holes", label: "Holes", title: "where the prior has mass and the codes have none" },
];

/** The latent space: two coordinates of it as a plane, one point of it decoded, and what lies around that point. */
export function Explorer({ data, decoder, silent, name }: Props) {
  const { about, latents } = data;
  const [kind, setKind] = useState<"latents" | "principal">(latents > 2 && about.principal ? "principal" : "latents");
  const basis = useMemo(() => (kind === "principal" && about.principal ? principalBasis(about.principal) : latentBasis(latents)), [kind, about, latents]);
  const [pair, setPair] = useState<[number, number]>([0, Math.min(1, latents - 1)]);
  const [columnName, setColumnName] = useState(about.columns[0]?.name ?? "");
  const [layers, setLayers] = useState<Layers>({ points: true, posterior: true, prior: true, holes: true });
  const [snap, setSnap] = useState(false);
  const [chosen, setChosen] = useState<{ z: Float32Array; row: number }>(() => ({ z: Float32Array.from(about.principal?.centre ?? new Array<number>(latents).fill(0)), row: -1 }));
  const [ends, setEnds] = useState<{ a: Float32Array | null; b: Float32Array | null }>({ a: null, b: null });
  const [across, up] = pair;
  const points = useMemo(() => project(data.mu, latents, basis, across, up), [data, basis, across, up]);
  const samples = useMemo(() => project(data.z, latents, basis, across, up), [data, basis, across, up]);
  const prior = useMemo(() => project(data.prior, latents, basis, across, up), [data, basis, across, up]);
  const line = latents === 1;
  const holes = useMemo(() => Float32Array.from(about.holes.flatMap(({ z }) => [basis.component(z, across), line ? 0 : basis.component(z, up)])), [about, basis, across, up]);
  const colours = useMemo(() => colouring(about.columns.find(column => column.name === columnName) ?? null, data.rows), [about, columnName, data.rows]);
  const spread = useMemo(() => (basis.kind === "principal" ? basis.scale : basis.names.map((_, l) => meanAndSd(Array.from({ length: data.rows }, (__, r) => data.mu[r * latents + l]!)).sd ?? 0)), [basis, data]);
  const go = (z: Float32Array, row = -1) => setChosen({ z, row });
  const move = (x: number, y: number, row: number) => {
    if (snap && row >= 0) return go(Float32Array.from(rowOf(data.mu, row, latents)), row);
    const c = basis.to(chosen.z);
    c[across] = x;
    if (up !== across) c[up] = y;
    return go(basis.from(c));
  };
  const named = (z: Float32Array | null, label: string) => (z ? [{ name: label, x: basis.component(z, across), y: line ? 0 : basis.component(z, up) }] : []);
  const options = basis.names.map((label, i) => ({ value: String(i), label }));
  const table = () => ({
    columns: ["row", basis.names[across]!, ...(line ? [] : [basis.names[up]!]), ...about.columns.map(column => column.name)],
    rows: Array.from({ length: data.rows }, (_, r) => [r, points[2 * r], ...(line ? [] : [points[2 * r + 1]]), ...about.columns.map(column => column.values[r])]),
  });
  const why = silent ?? (about.decoder ? null : `Decoding is not possible here: ${about.warnings.find(warning => /decod|onnx|export/i.test(warning)) ?? "the model's decoder could not be exported"}.`);
  return (
    <>
      <div class="bar">
        {about.principal && latents > 1 && <Choice label="Coordinates" value={kind} onChange={next => { setKind(next); setPair([0, Math.min(1, latents - 1)]); }} options={[{ value: "latents", label: "latents" }, { value: "principal", label: "principal axes" }]} />}
        {latents > 2 && <><Pick label="Across" value={String(across)} options={options} onChange={value => setPair([Number(value), up])} /><Pick label="Up" value={String(up)} options={options} onChange={value => setPair([across, Number(value)])} /></>}
        {about.columns.length > 0 && <Pick label="Colour" value={columnName} options={[...about.columns.map(column => ({ value: column.name, label: column.name })), { value: "", label: "none" }]} onChange={setColumnName} />}
        <span class="bar" role="group" aria-label="Layers" style={{ marginBottom: 0 }}>{layerNames.filter(layer => (layer.key !== "prior" || data.prior.length > 0) && (layer.key !== "holes" || about.holes.length > 0)).map(layer => <Toggle key={layer.key} title={layer.title} on={layers[layer.key]} onChange={on => setLayers({ ...layers, [layer.key]: on })}>{layer.label}</Toggle>)}</span>
      </div>
      <div class="explorer">
        <div>
          <Plane points={points} samples={samples} prior={prior} holes={holes} colouring={colours} layers={layers} names={line ? [basis.names[across]!] : [basis.names[across]!, basis.names[up]!]}
            at={[basis.component(chosen.z, across), line ? 0 : basis.component(chosen.z, up)]} ends={[...named(ends.a, "A"), ...named(ends.b, "B")]} table={table}
            onMove={move} onHole={index => go(Float32Array.from(about.holes[index]!.z))} tip={row => <RowTip data={data} row={row} />} />
          <ColourKey name={columnName} colouring={colours} />
          <p class="caption">
            <span class="key-line" /> q(z), the codes of all rows{data.prior.length > 0 && <>; <span class="key-line dashed" /> the prior</>}{about.holes.length > 0 && <>; <span class="key-hole">1</span> holes</>}. {count(data.rows, "row")} of the {about.split} split, checkpoint {about.checkpoint}.
            {line && " One latent: up and down mean nothing, the rows are only spread apart."}
            {" "}Click or drag to decode a point, arrow keys move it; hover over a row to see it.
          </p>
        </div>
        <div class="explorer-side">
          <Decoded data={data} decoder={decoder} chosen={chosen} why={why} name={name} />
          <div class="bar" style={{ marginBottom: 0 }}>
            <button type="button" onClick={() => setEnds({ ...ends, a: chosen.z })}>Take as A</button>
            <button type="button" onClick={() => setEnds({ ...ends, b: chosen.z })}>Take as B</button>
            <button type="button" onClick={() => go(Float32Array.from(about.principal?.centre ?? new Array<number>(latents).fill(0)))}>Centre</button>
            {data.prior.length > 0 && <button type="button" onClick={() => go(Float32Array.from(rowOf(data.prior, Math.floor(Math.random() * (data.prior.length / latents)), latents)))}>Draw from p(z)</button>}
            <Toggle on={snap} onChange={setSnap} title="a click near a row takes all of that row's coordinates">Take whole rows</Toggle>
          </div>
          <Coordinates basis={basis} z={chosen.z} across={across} up={up} onChange={z => go(z)} />
          <Holes holes={about.holes} warnings={about.warnings} decoder={decoder} picture={about.image} features={about.features} names={about.featureNames} onPick={z => go(z)} />
        </div>
      </div>
      {decoder && (
        <section class="section">
          <h2>Interpolation</h2>
          {ends.a && ends.b
            ? <><p class="lead">The straight line from A to B.</p><Interpolation decoder={decoder} a={ends.a} b={ends.b} picture={about.image} features={about.features} names={about.featureNames} onPick={z => go(z)} /></>
            : <p class="lead">Choose a point and <b>Take as A</b>, another and <b>Take as B</b>: what lies between them is decoded here. With <b>Take whole rows</b> the ends are rows of the data.</p>}
        </section>
      )}
      {decoder && <Traversals decoder={decoder} basis={basis} z={chosen.z} picture={about.image} features={about.features} names={about.featureNames} spread={spread} onPick={z => go(z)} />}
      {about.warnings.length > 0 && <section class="section"><h2>What to know</h2><ul class="warnings">{about.warnings.map(warning => <li key={warning}>{warning}</li>)}</ul></section>}
    </>
  );
}
