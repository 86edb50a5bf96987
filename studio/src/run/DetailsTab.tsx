import { Copy } from "../parts/Copy";
import { DataTable } from "../parts/DataTable";
import { Formula } from "../parts/Formula";
import { Measure } from "../parts/Measure";
import { Tree } from "../parts/Tree";
import type { Detail } from "../source/documents";
import { count, grouped } from "../text/format";
import { fullName, term, unit } from "../text/terms";
import { NotesForm } from "./NotesForm";

export function DetailsTab({ run }: { run: Detail }) {
  const latest = Object.entries(run.latest ?? {}).filter(([name]) => !name.includes("/decompositions/"));
  return (
    <>
      <section>
        <h2>Run it again</h2>
        <p class="caption" style={{ margin: ".3rem 0 .6rem" }}>The same numbers on the same build, device and number of threads.</p>
        <Copy text={run.command} label="Copy the command" />
      </section>
      <div class="columns2 section">
        <section><h2>Tags and notes</h2><NotesForm key={run.id} run={run} /></section>
        <section>
          <h2>Warnings</h2>
          {run.warnings.length === 0 ? <p class="soft">None.</p> : <ul class="warnings">{run.warnings.map((warning, i) => <li key={i}><span>{warning.epoch ? `epoch ${warning.epoch}` : "before the first epoch"}</span><span>{warning.message}</span></li>)}</ul>}
          {run.skippedLines > 0 && <p class="caption">{count(run.skippedLines, "line")} of the log could not be read and {run.skippedLines === 1 ? "was" : "were"} passed over.</p>}
          <h2 style={{ marginTop: "1.5rem" }}>Checkpoints</h2>
          {run.checkpoints.length === 0 ? <p class="soft">None yet.</p> : <dl class="tree">{run.checkpoints.map(({ name, step }) => [<dt key={`${name}t`}>{name}</dt>, <dd key={`${name}d`}>step {grouped(step)}</dd>])}</dl>}
        </section>
      </div>
      <section class="section"><h2>Configuration</h2><Tree value={run.config} missing="config.json could not be read" /></section>
      <section class="section"><h2>Environment</h2><Tree value={run.environment} missing="environment.json could not be read" /></section>
      {latest.length > 0 && (
        <section class="section">
          <h2>Newest values</h2>
          <DataTable narrow name="Newest values" heading="" rows={latest} rowKey={([name]) => name} columns={[
            { title: "Term", cell: ([name]) => fullName(name), show: ([name]) => <span title={name}>{fullName(name)} <Formula text={term(name).formula} /></span> },
            { title: "Value", number: true, cell: ([, value]) => value.value, show: ([, value]) => <Measure value={value.value} se={value.se} /> },
            { title: "Unit", cell: ([name]) => unit(name), show: ([name]) => <span class="soft">{unit(name)}</span> },
          ]} />
        </section>
      )}
    </>
  );
}
