import { useState } from "preact/hooks";
import { CurveFigure } from "../charts/CurveFigure";
import { MeterFigure } from "../charts/MeterFigure";
import { StackFigure, stackOf, stacks } from "../charts/StackFigure";
import { Choice } from "../parts/Choice";
import { Empty } from "../parts/Empty";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { Toggle } from "../parts/Toggle";
import type { AnatomyDocument, Detail } from "../source/documents";
import { useDocument } from "../source/store";
import { anatomiesOf } from "./anatomies";
import { everything } from "./CurveControls";
import { SixWays } from "./SixWays";

export function AnatomyTab({ run }: { run: Detail }) {
  const { value, problem } = useDocument<AnatomyDocument>(`/api/runs/${encodeURIComponent(run.id)}/anatomy`);
  const anatomies = anatomiesOf(run.metrics);
  return (
    <>
      {!value && (problem ? <Problem problem={problem} /> : <Loading what="the anatomy" />)}
      {value && (value.epoch.length > 0 ? <Live document={value} /> : <Empty title="The anatomy was not looked at during training" how={<>It is when <code>diagnostics.anatomyEvery</code> is 1 or more and the encoder has a density.</>} />)}
      <section class="section">
        <h2>One number, six ways</h2>
        {anatomies.length > 0
          ? <SixWays anatomies={anatomies} />
          : <Empty title="The finished model was not taken apart yet" how={<>Do it, and the table appears here: <code>elbow anatomy {run.id}</code></>} />}
      </section>
    </>
  );
}

function Live({ document }: { document: AnatomyDocument }) {
  const possible = stacks.filter(stack => stackOf(document, stack));
  const [key, setKey] = useState(String(possible.length - 1));
  const stack = possible[Number(key)] ?? possible.at(-1);
  const gap = document.values["entropyGap"];
  const bracket = ["mutualInformationLower", "mutualInformationUpper", "mutualInformationCeiling"].filter(name => name in document.values);
  const shown = entropies.filter(({ name }) => name in document.values);
  return (
    <>
      <div class="bar">
        {possible.length > 1 && <Choice label="Taken apart into" value={key} onChange={setKey} options={possible.map((_, i) => ({ value: String(i), label: ["two", "three", "four"][i] ?? String(i + 2), title: possible[i]!.title }))} />}
        <Toggle on={everything.value} onChange={on => (everything.value = on)}>Full range</Toggle>
      </div>
      <div class={gap ? "figures" : "figures halves"}>
        {stack && <StackFigure document={document} stack={stack} all={everything.value} />}
        {gap && (
          <MeterFigure document={document} all={everything.value} />
        )}
        {shown.length > 2 && (
          <CurveFigure title="Entropies of the codes" formula="H[q(z|x)] ≤ H[q(z)] ≤ −E log p(z)" x="epoch" smoothing={0} log={false} all={everything.value} unit="nats" height={260}
            caption="The lower gap is the information, the upper one the marginal KL." lines={shown.map(({ name, ...line }) => ({ ...line, curve: asCurve(document, name) }))} />
        )}
        {bracket.length > 1 && (
          <CurveFigure title="Information between data and latents" formula="I(x; z)" x="epoch" smoothing={0} log={false} all={everything.value} unit="nats" height={260}
            lines={bracket.map((name, i) => ({ label: ["lower bound", "upper bound", "ceiling log B"][i]!, colour: ["var(--series-1)", "var(--series-2)", "var(--series-7)"][i]!, dashed: i === 2, faint: i === 2, curve: asCurve(document, name) }))} />
        )}
      </div>
    </>
  );
}

// H[q(z|x)] ≤ H[q(z)] ≤ −E log p: the first gap is the information, the second the marginal KL.
const entropies = [
  { name: "crossEntropy", label: "cross-entropy with the prior", colour: "var(--series-2)" },
  { name: "entropyAggregateUpper", label: "H[q(z)], upper", colour: "var(--series-3)", dashed: true },
  { name: "entropyAggregateLower", label: "H[q(z)], lower", colour: "var(--series-3)" },
  { name: "entropyConditional", label: "H[q(z|x)]", colour: "var(--series-1)" },
];

function asCurve(document: AnatomyDocument, name: string) {
  const none = document.epoch.map(() => null);
  return { step: none, epoch: document.epoch, seconds: none, value: document.values[name]!.mean, error: document.values[name]!.standardError };
}
