import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A button that opens a small sheet; Escape, leaving it by Tab, a click elsewhere and the press of a button in it close it. */
export function Menu({ label, title, children }: { label: ComponentChildren; title: string; children: ComponentChildren }) {
  const ref = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const close = (event: Event) => {
      const menu = ref.current;
      if (!menu?.open) return;
      if (event instanceof KeyboardEvent) {
        if (event.key !== "Escape") return;
        menu.querySelector("summary")?.focus();
      } else if (menu.contains(event.target as Node)) return;
      menu.open = false;
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, []);
  // A press on the sheet's edge, which cannot be focused, gives the focus to the page behind it, and Chromium crashes when the sheet goes
  // away under the press. A Tab out of the page gives it to nothing, as does another window that comes to the front.
  const last = useRef("");
  const leave = (event: FocusEvent) => {
    const to = event.relatedTarget as Node | null;
    if (last.current !== "press" && (to ? !ref.current!.contains(to) : last.current === "Tab")) ref.current!.open = false;
  };
  return <details class="menu" ref={ref} onFocusOut={leave} onKeyDown={event => (last.current = event.key)} onPointerDown={() => (last.current = "press")}><summary aria-label={title} title={title}>{label}</summary><div class="sheet" onClick={event => { if ((event.target as Element).closest("button")) ref.current!.open = false; }}>{children}</div></details>;
}
