import { useState } from "preact/hooks";
import { DataTable } from "../parts/DataTable";
import { Formula } from "../parts/Formula";
import { Measure } from "../parts/Measure";
import { Pick } from "../parts/Pick";
import { SaveMenu } from "../parts/SaveMenu";
import { count, digitsFor, fixed, moment } from "../text/format";
import { term } from "../text/terms";
import type { Anatomy, Decomposition } from "./anatomies";

/** The same ELBO written six ways, every term with its error, and the readings behind it. */
export function SixWays({ anatomies }: { anatomies: Anatomy[] }) {
  const [index, setIndex] = useState("0");
  const anatomy = anatomies[Number(index)] ?? anatomies[0]!;
  const quantities = Object.entries(anatomy.terms);
  return (
    <>
      <div class="bar">
        {anatomies.length > 1 && <Pick label="Measured" value={index} onChange={setIndex} options={anatomies.map((item, i) => ({ value: String(i), label: `${item.split}, checkpoint ${item.checkpoint}, ${moment(item.timestamp)}` }))} />}
        <span class="soft">{anatomy.split} split, {count(anatomy.n, "example")}, checkpoint {anatomy.checkpoint}; nats per example, ± standard error</span>
        <span class="push"><SaveMenu name="six ways" table={() => tableOf(anatomy.decompositions)} /></span>
      </div>
      <Ways decompositions={anatomy.decompositions} />
      {anatomy.warnings.map(warning => <p key={warning} class="caption">{warning}</p>)}
      {quantities.length > 0 && (
        <div class="section">
          <DataTable name="Quantities" rows={quantities} rowKey={([name]) => name}
            columns={[
              { title: "Quantity", cell: ([name]) => term(name).words, show: ([name]) => <span title={term(name).formula}>{term(name).words} <Formula text={term(name).formula} /></span> },
              { title: "Nats", number: true, cell: ([, value]) => value.value, show: ([, value]) => <Measure value={value.value} se={value.se} /> },
              { title: "Between", number: true, cell: ([, value]) => value.lower, show: ([, value]) => (value.lower === undefined ? "" : `${fixed(value.lower, digitsFor(value.se))} and ${fixed(value.upper, digitsFor(value.se))}`) },
              { title: "Bias", cell: ([, value]) => value.bias, show: ([, value]) => <span class="soft" title={value.estimator}>{value.bias}</span> },
            ]} />
        </div>
      )}
    </>
  );
}

// The log is ASCII; a page need not be.
const symbols = (name: string): string => name.replace(/^-/, "−").replace(/ - /g, " − ").replace(/\|\|/g, " ‖ ").replace(/\bsum /g, "Σ ").replace(/sigma\^2/g, "σ²");

const tableOf = (decompositions: Decomposition[]) => ({
  columns: ["way", "sum", "se", "term", "value", "termSe"],
  rows: decompositions.flatMap(way => (way.terms.length > 0 ? way.terms.map(part => [way.name, way.sum, way.se, part.name, part.value, part.se]) : [[way.name, null, null, null, null, null]])),
});

function Ways({ decompositions }: { decompositions: Decomposition[] }) {
  const width = Math.max(1, ...decompositions.map(way => way.terms.length));
  return (
    <div class="sheetwrap">
      <table class="data sixways">
        <thead><tr><th scope="col">Written as</th><th scope="col" class="number">ELBO</th><th scope="col" colSpan={width}>which is the sum of</th></tr></thead>
        <tbody>
          {decompositions.map(way => (
            <tr key={way.name}>
              <th scope="row" class="nowrap">{symbols(way.name)}</th>
              <td class="number">{way.terms.length > 0 && <Measure value={way.sum} se={way.se} />}</td>
              {way.terms.length === 0 && <td class="soft" colSpan={width}>not for this model</td>}
              {way.terms.map(part => <td key={part.name} class="term"><span class="termname"><Formula text={symbols(part.name)} /></span><Measure value={part.value} se={part.se} /></td>)}
              {way.terms.length > 0 && way.terms.length < width && <td colSpan={width - way.terms.length} />}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
