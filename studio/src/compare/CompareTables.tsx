import { useState } from "preact/hooks";
import { seriesColour } from "../charts/palette";
import { DataTable } from "../parts/DataTable";
import { Measure } from "../parts/Measure";
import { Menu } from "../parts/Menu";
import { Toggle } from "../parts/Toggle";
import type { Comparison, Summary } from "../source/documents";
import { digitsFor, fixed, measured, short } from "../text/format";
import { fullName, term } from "../text/terms";

const atFirst = ["validation/objective", "validation/reconstruction", "validation/kl", "train/objective", "elbo", "test/elbo", "nll"];

/** Mean and standard deviation over seeds of each configuration, and what pairs of configurations differ by on the same seeds. */
export function CompareTables({ comparison, runs, labels }: { comparison: Comparison; runs: Summary[]; labels: string[] }) {
  const likely = comparison.metrics.filter(name => atFirst.includes(name));
  const [metrics, setMetrics] = useState<string[] | null>(null);
  const shown = metrics ?? (likely.length > 0 ? likely.slice(0, 4) : comparison.metrics.slice(0, 4));
  const known = new Map(runs.map(run => [run.id, run]));
  const named = (label: string) => labels[comparison.groups.findIndex(group => group.label === label)] ?? label;
  const pairs = comparison.pairs.filter(pair => shown.includes(pair.metric));
  return (
    <>
      <div class="bar"><Menu title="Choose numbers" label={<span class="menu-button">Choose numbers</span>}>
        {comparison.metrics.map(name => <Toggle key={name} title={`${term(name).formula} (${name})`} on={shown.includes(name)} onChange={on => setMetrics(on ? [...shown, name] : shown.filter(other => other !== name))}>{fullName(name)}</Toggle>)}
      </Menu></div>
      <DataTable name="Configurations" rows={comparison.groups} rowKey={group => group.ids.join()} caption="Mean ± standard deviation between seeds; of one seed alone its value."
        columns={[
          { title: "Configuration", cell: group => labels[comparison.groups.indexOf(group)], show: group => <span title={group.label}><i class="swatch" style={{ background: seriesColour(comparison.groups.indexOf(group)) }} />{labels[comparison.groups.indexOf(group)]}{group.ids.length > 1 && <small class="soft block">{inside(group.ids.map(id => known.get(id)!))}</small>}</span> },
          { title: "Seeds", number: true, cell: group => group.ids.length },
          ...shown.map(name => ({
            title: fullName(name), hint: term(name).formula, number: true,
            cell: (group: Comparison["groups"][number]) => group.values[name]?.mean,
            show: (group: Comparison["groups"][number]) => <><Measure value={group.values[name]?.mean} se={group.values[name]?.sd} /><Lacking n={group.values[name]?.n} of={group.ids.length} /></>,
          })),
        ]} />
      {pairs.length > 0 && (
        <div class="section">
          <DataTable name="Differences" heading="Differences on the same seeds" rows={pairs} rowKey={(pair, i) => `${pair.a}${pair.b}${pair.metric}${i}`} caption="Paired by seed, ± the standard error of the mean difference. Beyond two standard errors it is marked."
            columns={[
              { title: "Number", cell: pair => fullName(pair.metric), show: pair => <span title={term(pair.metric).formula}>{fullName(pair.metric)}</span> },
              { title: "This", cell: pair => named(pair.a) },
              { title: "less this", cell: pair => named(pair.b) },
              { title: "Difference", number: true, cell: pair => pair.difference, show: pair => <span class={pair.se !== null && pair.difference !== null && Math.abs(pair.difference) > 2 * pair.se ? "marked" : undefined}>{pair.se === null ? short(pair.difference, digitsFor(null, pair.difference)) : measured(pair.difference, pair.se)}</span> },
              { title: "In standard errors", number: true, cell: pair => (pair.se ? (pair.difference ?? 0) / pair.se : null), show: pair => (pair.se ? fixed((pair.difference ?? 0) / pair.se, 1) : "–") },
              { title: "Pairs", number: true, cell: pair => pair.n },
            ]} />
        </div>
      )}
    </>
  );
}

/** The names of a group's runs; the seeds where the names are one. */
function inside(runs: Summary[]): string {
  const names = runs.map(run => run.name || run.id);
  return new Set(names).size === 1 && runs.every(run => run.seed !== null) ? `seeds ${runs.map(run => run.seed!).sort((a, b) => a - b).join(", ")}` : names.join(", ");
}

/** A mean over fewer seeds than the row has says so. */
const Lacking = ({ n, of }: { n: number | undefined; of: number }) => (n ? n < of && <small class="soft block">{n} of {of} seeds</small> : null);
