import { useMemo } from "preact/hooks";
import { CurveFigure, type CurveLine } from "../charts/CurveFigure";
import { seriesColour } from "../charts/palette";
import { Legend } from "../charts/Figure";
import { meanCurve } from "../math/band";
import { Toggle } from "../parts/Toggle";
import { abscissaKind, CurveControls, everything, logarithmic, smoothing } from "../run/CurveControls";
import { setting } from "../settings";
import type { Comparison } from "../source/documents";
import { fullName, term, unit } from "../text/terms";
import type { Member } from "./groups";
import { useCurves } from "./useCurves";

const chosen = setting<string[]>("compared-terms", ["validation/objective", "validation/reconstruction", "validation/kl"]);
const grouped = setting("grouped", true);

/** Curves of all runs over each other; seeds of one configuration as their mean with a band. */
export function CompareCurves({ members, comparison, labels }: { members: Member[]; comparison: Comparison | null; labels: string[] }) {
  const available = useMemo(() => [...new Set(members.flatMap(({ run }) => Object.keys(run.metrics)))].filter(name => /^(train|validation)\//.test(name)).sort((a, b) => b.localeCompare(a)), [members]);
  const wanted = chosen.value.filter(name => available.includes(name));
  const names = wanted.length > 0 ? wanted : available.slice(0, 2);
  const stamp = members.map(({ run }) => run.step).join(",");
  const curves = useCurves(members.map(({ run }) => run.id), names, stamp);
  const hasSeeds = comparison?.groups.some(group => group.ids.length > 1) ?? false;
  const inGroups = grouped.value && hasSeeds && comparison !== null;
  const lines = useMemo(() => new Map(names.map(name => [name, inGroups ? groupLines(name, comparison, labels, curves) : runLines(name, members, curves)])), [names.join(), inGroups, comparison, curves, members]);
  if (available.length === 0) return null;
  return (
    <section>
      <div class="bar"><CurveControls />{hasSeeds && <Toggle on={grouped.value} onChange={on => (grouped.value = on)} title="runs that differ by their seed alone are drawn as one line">Seeds together</Toggle>}</div>
      <div class="chips" role="group" aria-label="Terms">
        {available.map(name => { const on = names.includes(name); return <button key={name} type="button" class="chip" aria-pressed={on} title={term(name).formula} onClick={() => (chosen.value = on ? names.filter(other => other !== name) : [...names, name])}>{fullName(name)}</button>; })}
      </div>
      <div style={{ margin: "1rem 0 1.2rem" }}><Legend entries={inGroups ? comparison.groups.map((group, i) => ({ label: group.ids.length > 1 ? `${labels[i]} (${group.ids.length} seeds)` : labels[i]!, title: group.label, colour: seriesColour(i) })) : members.map(({ name, colour }) => ({ label: name, colour }))} /></div>
      <div class="figures">
        {names.map(name => <CurveFigure key={name} title={fullName(name)} formula={term(name).formula} lines={lines.get(name) ?? []} x={abscissaKind.value} smoothing={smoothing.value} log={logarithmic.value} all={everything.value} height={260} unit={unit(name)} quiet />)}
      </div>
      <p class="caption" style={{ marginTop: ".8rem" }}>{inGroups ? "Lines are means over seeds, bands ± 2 standard deviations between seeds; where there is one seed alone, ± 2 standard errors over its examples." : "Bands are ± 2 standard errors over the examples of the split, of the objective over its batches."}</p>
    </section>
  );
}

const runLines = (term: string, members: Member[], curves: ReturnType<typeof useCurves>): CurveLine[] =>
  members.flatMap(({ run, name, colour }) => { const curve = curves.get(run.id)?.[term]; return curve ? [{ label: name, colour, curve }] : []; });

const groupLines = (name: string, comparison: Comparison, labels: string[], curves: ReturnType<typeof useCurves>): CurveLine[] =>
  comparison.groups.flatMap((group, i) => {
    const found = group.ids.flatMap(id => curves.get(id)?.[name] ?? []);
    return found.length === 0 ? [] : [{ label: labels[i]!, colour: seriesColour(i), curve: found.length === 1 ? found[0]! : meanCurve(found) }];
  });
