import { useMemo, useState } from "preact/hooks";
import { LatentBars, rangeOf } from "../charts/LatentBars";
import { LatentMap } from "../charts/LatentMap";
import { Choice } from "../parts/Choice";
import { DataTable } from "../parts/DataTable";
import { Empty } from "../parts/Empty";
import { Loading } from "../parts/Loading";
import { Measure } from "../parts/Measure";
import { Problem } from "../parts/Problem";
import { Slider } from "../parts/Slider";
import type { Detail, Latents } from "../source/documents";
import { useDocument } from "../source/store";
import { anatomiesOf } from "./anatomies";

type Order = "index" | "kl";

export function LatentsTab({ run }: { run: Detail }) {
  const { value, problem } = useDocument<Latents>(`/api/runs/${encodeURIComponent(run.id)}/latents`);
  const anatomy = anatomiesOf(run.metrics).find(item => item.perLatent.length > 0);
  return (
    <>
      {!value && (problem ? <Problem problem={problem} /> : <Loading what="the latents" />)}
      {value && (value.epoch.length > 0 && [value.kl, value.entropy, value.secondMoment].some(rows => rows.length > 0) ? <Live latents={value} /> : <Empty title="No latent was looked at during training" how={<>Latents can be told one by one where posterior and prior are diagonal Gaussians and <code>diagnostics.anatomyEvery</code> is 1 or more.</>} />)}
      {anatomy && (
        <div class="section">
          <DataTable name="Latents of the finished model" heading={`Latents of the finished model, ${anatomy.split} split`} rows={anatomy.perLatent} rowKey={row => String(row.index)}
            caption={value && value.epoch.length > 0 ? "Measured on every row of the split with the checkpoint that was kept; the bars above on some rows after each epoch. A latent near the border may be active in one and collapsed in the other." : undefined}
            columns={[
              { title: "Latent", cell: row => row.index, show: row => `z${row.index}` },
              { title: "Information, nats", hint: "I(z_j; x)", number: true, cell: row => row.mutualInformation.value, show: row => <Measure value={row.mutualInformation.value} se={row.mutualInformation.se} /> },
              { title: "KL, nats", hint: "KL(q(z_j|x) ‖ p(z_j))", number: true, cell: row => row.kl.value, show: row => <Measure value={row.kl.value} se={row.kl.se} /> },
              { title: "Entropy, nats", hint: "H[q(z_j|x)], the prior's scale taken off", number: true, cell: row => row.entropy.value, show: row => <Measure value={row.entropy.value} se={row.entropy.se} /> },
              { title: "State", cell: row => (row.collapsed ? "collapsed" : "active"), show: row => (row.collapsed ? <span class="status status-killed">× collapsed{row.collapsedByKl ? "" : " by entropy, not by KL"}</span> : "active") },
            ]} />
        </div>
      )}
    </>
  );
}

function Live({ latents }: { latents: Latents }) {
  const last = latents.epoch.length - 1;
  const [picked, setPicked] = useState<number | null>(null);
  const [order, setOrder] = useState<Order>("index");
  const at = Math.min(picked ?? last, last);
  const measure = latents.kl.length > 0 ? latents.kl : latents.entropy.length > 0 ? latents.entropy : latents.secondMoment;
  const size = measure[at]!.length;
  const sorted = useMemo(() => {
    const indices = Array.from({ length: size }, (_, i) => i);
    return order === "index" ? indices : indices.sort((a, b) => (measure[last]![b] ?? 0) - (measure[last]![a] ?? 0));
  }, [size, order, latents]);
  const collapsed = useMemo(() => Array.from({ length: size }, (_, i) => (latents.collapsed[at]?.[i] ?? 0) > 0), [latents, at, size]);
  const lost = collapsed.filter(Boolean).length;
  const has = (rows: unknown[]) => rows.length > 0;
  return (
    <>
      <div class="bar">
        <Slider label="Epoch" min={0} max={last} value={at} shown={String(latents.epoch[at])} onInput={index => setPicked(index === last ? null : index)} />
        <Choice label="Order" value={order} onChange={setOrder} options={[{ value: "index", label: "as numbered" }, { value: "kl", label: "by size" }]} />
        <span class="soft">{size - lost} of {size} latents active{lost > 0 && <>, <span class="status-killed">× marks the collapsed</span></>}</span>
      </div>
      <div class="figures">
        {has(latents.kl) && <LatentBars title="KL divergence" formula="KL(q(z_l|x) ‖ p(z_l))" unit="nats" values={latents.kl[at]!} collapsed={collapsed} order={sorted} range={rangeOf(latents.kl, at)} />}
        {has(latents.entropy) && <LatentBars title="Entropy" formula="H[q(z_l|x)], prior's scale off" unit="nats" values={latents.entropy[at]!} collapsed={collapsed} order={sorted} range={rangeOf(latents.entropy, at)} rule={{ at: 1, label: "collapsed above 1.0 nat" }} />}
        {has(latents.secondMoment) && <LatentBars title="Second moment" formula="E z_l²/α_l²" unit="prior's variance" values={latents.secondMoment[at]!} collapsed={collapsed} order={sorted} range={rangeOf(latents.secondMoment, at)} rule={{ at: 1, label: "as the prior" }} />}
        {last > 0 && has(latents.kl) && <LatentMap title="KL divergence over training" formula="KL(q(z_l|x) ‖ p(z_l)), nats" unit="nats" epoch={latents.epoch} rows={latents.kl} order={sorted} at={latents.epoch[at]!} />}
      </div>
    </>
  );
}
