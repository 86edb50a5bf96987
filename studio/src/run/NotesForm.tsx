import { useState } from "preact/hooks";
import type { Detail, Notes, RunsDocument } from "../source/documents";
import { SourceError } from "../source/source";
import { replace, source } from "../source/store";

/** What a person writes about a run. Text stays text, whatever it holds. */
export function NotesForm({ run }: { run: Detail }) {
  const [tags, setTags] = useState(run.tags.join(", "));
  const [notes, setNotes] = useState(run.notes);
  const [said, setSaid] = useState("");
  if (!source.put) return <div>{run.tags.map(tag => <span key={tag} class="tag">{tag}</span>)}<p style={{ whiteSpace: "pre-wrap" }}>{run.notes || (run.tags.length > 0 ? "" : "None.")}</p></div>;
  const path = `/api/runs/${encodeURIComponent(run.id)}`;
  const save = async (event: Event) => {
    event.preventDefault();
    const wanted: Notes = { tags: tags.split(",").map(tag => tag.trim()).filter(tag => tag.length > 0), notes };
    try {
      const kept = await source.put!<Notes>(`${path}/notes`, wanted);
      replace<Detail>(path, old => ({ ...old, ...kept }));
      replace<RunsDocument>("/api/runs", old => ({ ...old, runs: old.runs.map(other => (other.id === run.id ? { ...other, ...kept } : other)) }));
      setSaid("Kept.");
    } catch (error) {
      setSaid(error instanceof SourceError ? `${error.what}: ${error.how}` : String(error));
    }
  };
  return (
    <form class="notes" onSubmit={save}>
      <label>Tags, separated by commas<input type="text" value={tags} onInput={event => setTags(event.currentTarget.value)} /></label>
      <label>Notes<textarea value={notes} onInput={event => setNotes(event.currentTarget.value)} /></label>
      <div class="bar" style={{ marginBottom: 0 }}><button type="submit" class="primary">Keep</button><span role="status" class="soft">{said}</span></div>
    </form>
  );
}
