/** A formula on one line; what follows an underscore is set below the line. */
export function Formula({ text }: { text: string }) {
  if (text === "") return null;
  const parts = text.split(/_(3E|decoder|[A-Za-z0-9])/);
  return <span class="formula">{parts.map((part, i) => (i % 2 === 1 ? <sub key={i}>{part}</sub> : part))}</span>;
}
