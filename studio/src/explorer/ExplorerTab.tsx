import { useEffect, useState } from "preact/hooks";
import { Empty } from "../parts/Empty";
import { Loading } from "../parts/Loading";
import { Problem } from "../parts/Problem";
import type { Detail } from "../source/documents";
import { SourceError } from "../source/source";
import { Decoder } from "./decoder";
import { Explorer } from "./Explorer";
import { readExplorer, type ExplorerData } from "./data";

/** Reads what the explorer shows, then starts the decoder beside it: the plane is there before the decoder is. */
export function ExplorerTab({ run }: { run: Detail }) {
  const [data, setData] = useState<ExplorerData | null>(null);
  const [decoder, setDecoder] = useState<Decoder | null>(null);
  const [problem, setProblem] = useState<SourceError | null>(null);
  const [silent, setSilent] = useState<string | null>(null);
  useEffect(() => {
    if (!run.explorer) return undefined;
    let opened: Decoder | null = null;
    let alive = true;
    void (async () => {
      try {
        const read = await readExplorer(run.id);
        if (!alive) return;
        setData(read);
        if (!read.about.decoder) return;
        try {
          opened = await Decoder.open(run.id, read.latents, read.about.features, read.about.mean);
          if (alive) setDecoder(opened);
          else opened.close();
        } catch (error) {
          if (alive) setSilent(error instanceof SourceError ? `${error.what}: ${error.how}` : `the decoder could not be started: ${error instanceof Error ? error.message : String(error)}`);
        }
      } catch (error) {
        if (alive) setProblem(error instanceof SourceError ? error : new SourceError("the explorer's files could not be read", `write them again: elbow explore ${run.id} (${error instanceof Error ? error.message : String(error)})`));
      }
    })();
    return () => {
      alive = false;
      opened?.close();
    };
  }, [run.id, run.explorer]);
  if (!run.explorer) {
    return run.status === "running"
      ? <Empty title="The latent space can be explored when training ends" how="Its files are written with the best checkpoint. Until then the pictures show how samples and codes come along." />
      : <Empty title="Nothing to explore yet" how={<>Write what the explorer shows, and it appears here: <code>elbow explore {run.id}</code></>} />;
  }
  if (problem) return <Problem problem={problem} />;
  if (!data) return <Loading what="the latent space" />;
  return <Explorer data={data} decoder={decoder} silent={silent} name={run.name || run.id} />;
}
