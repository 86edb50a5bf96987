import { useState } from "preact/hooks";

/** A line to be pasted into a terminal. */
export function Copy({ text, label }: { text: string; label: string }) {
  const [done, setDone] = useState<boolean | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
    } catch {
      setDone(false);
    }
    setTimeout(() => setDone(null), 2500);
  };
  return (
    <div class="copy">
      <code tabIndex={0}>{text}</code>
      <button type="button" onClick={copy} aria-label={label}>{done === null ? "Copy" : done ? "Copied" : "Select and copy by hand"}</button>
      <span class="unseen" role="status">{done ? "copied" : ""}</span>
    </div>
  );
}
