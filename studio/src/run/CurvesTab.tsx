import { useMemo } from "preact/hooks";
import { sideColour } from "../charts/palette";
import { CurveFigure } from "../charts/CurveFigure";
import { Empty } from "../parts/Empty";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import { setting } from "../settings";
import type { Curves, Detail } from "../source/documents";
import { useDocument } from "../source/store";
import { side, term, unit } from "../text/terms";
import { abscissaKind, CurveControls, everything, logarithmic, smoothing } from "./CurveControls";

const hidden = setting<string[]>("hidden-terms", ["examplesPerSecond"]);
const withBatches = setting("batches", false);
const first = ["objective", "elbo", "reconstruction", "kl"];
const last = ["learningRate", "examplesPerSecond"];

export function CurvesTab({ run }: { run: Detail }) {
  const terms = useMemo(() => termsOf(run.curves), [run.curves]);
  const chosen = terms.filter(key => !hidden.value.includes(key));
  const names = run.curves.filter(name => !name.startsWith("anatomy/") && chosen.includes(keyOf(name)) && (withBatches.value || !name.startsWith("batch/") || !run.curves.includes(`train/${keyOf(name)}`)));
  const { value, problem } = useDocument<Curves>(names.length === 0 ? null : `/api/runs/${encodeURIComponent(run.id)}/curves?names=${names.map(encodeURIComponent).join(",")}&points=1000`);
  if (terms.length === 0) return run.status === "running"
    ? <Empty title="Nothing is logged yet" how="The first point comes with the first step; this page shows it by itself." />
    : <Empty title="Nothing was logged" how={run.status === "finished" ? "Its weights were trained elsewhere, so there is no course to show; Anatomy and Details hold what was measured." : "It ended before its first epoch did. What it was to do stands under Details, with the command that begins it again."} />;
  return (
    <>
      <div class="bar"><CurveControls />
        {run.curves.some(name => name.startsWith("batch/")) && <label class="toggle"><input type="checkbox" checked={withBatches.value} onChange={event => (withBatches.value = event.currentTarget.checked)} /><span>Single batches</span></label>}
      </div>
      <div class="chips" role="group" aria-label="Terms" style={{ marginBottom: "1.4rem" }}>
        {terms.map(key => {
          const on = !hidden.value.includes(key);
          return <button key={key} type="button" class="chip" aria-pressed={on} title={term(key).formula} onClick={() => (hidden.value = on ? [...hidden.value, key] : hidden.value.filter(other => other !== key))}>{term(key).words}</button>;
        })}
      </div>
      {problem && !value && <Problem problem={problem} />}
      {!problem && !value && names.length > 0 && <Loading what="the curves" />}
      {chosen.length === 0 && <Empty title="No term is chosen" how="Choose one above." />}
      {value && <div class="figures">{chosen.map(key => <TermFigure key={key} name={key} curves={value} />)}</div>}
      <p class="caption" style={{ marginTop: "1.5rem" }}>Means over examples. Bands are ± 2 standard errors over the examples of the split, of the objective over its batches. At most 1,000 points a line: the least and the greatest of every stretch are kept.</p>
    </>
  );
}

function TermFigure({ name, curves }: { name: string; curves: Curves }) {
  const lines = useMemo(() => Object.entries(curves).filter(([full]) => keyOf(full) === name)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([full, curve]) => ({ label: side(full) || term(full).words, colour: sideColour(full), faint: full.startsWith("batch/"), curve })), [curves, name]);
  if (lines.length === 0) return null;
  return <CurveFigure title={term(name).words} formula={term(name).formula} lines={lines} x={abscissaKind.value} smoothing={smoothing.value} log={logarithmic.value} all={everything.value} unit={unit(name)} />;
}

const keyOf = (name: string): string => name.slice(name.indexOf("/") + 1);
const rank = (name: string): number => (name.startsWith("batch/") ? 0 : name.startsWith("train/") ? 1 : 2);

function termsOf(curves: readonly string[]): string[] {
  const keys = [...new Set(curves.filter(name => !name.startsWith("anatomy/")).map(keyOf))];
  const place = (key: string) => { const i = first.indexOf(key); return i >= 0 ? i : last.includes(key) ? 1000 : 100; };
  return keys.sort((a, b) => place(a) - place(b));
}
