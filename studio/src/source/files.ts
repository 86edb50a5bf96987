import { useEffect, useState } from "preact/hooks";
import { SourceError } from "./source";
import { source } from "./store";

const pictures = new Map<string, Promise<string>>();
const mostPictures = 200;

/** Address of a file of a run. */
export const fileAddress = (id: string, path: string): string => `/api/runs/${encodeURIComponent(id)}/files/${path.split("/").map(encodeURIComponent).join("/")}`;

/** A picture as an address that an <img> can show; the newest two hundred are kept. */
export function picture(path: string): Promise<string> {
  let found = pictures.get(path);
  if (!found) {
    found = source.file(path).then(bytes => URL.createObjectURL(new Blob([bytes], { type: "image/png" })));
    found.catch(() => pictures.delete(path));
    pictures.set(path, found);
    if (pictures.size > mostPictures) {
      const [oldest, address] = pictures.entries().next().value!;
      pictures.delete(oldest);
      address.then(URL.revokeObjectURL, () => undefined);
    }
  }
  return found;
}

/** The picture at an address; the one before it stays until the new one is here. */
export function usePicture(path: string | null): { address: string | null; problem: SourceError | null } {
  const [state, setState] = useState<{ address: string | null; problem: SourceError | null }>({ address: null, problem: null });
  useEffect(() => {
    if (path === null) return undefined;
    let wanted = true;
    picture(path).then(
      address => wanted && setState({ address, problem: null }),
      error => wanted && setState({ address: null, problem: error instanceof SourceError ? error : new SourceError("the picture could not be read", String(error)) }));
    return () => void (wanted = false);
  }, [path]);
  return state;
}
