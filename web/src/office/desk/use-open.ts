import { useSearchParams } from 'react-router';

/** What is opened beside a list, kept in the address under `name`, and how to open another. */
export function useOpen(name: string): readonly [string | null, (id: string | undefined) => void] {
  const [params, setParams] = useSearchParams();
  const open = (id: string | undefined) =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      if (id === undefined) next.delete(name);
      else next.set(name, id);
      return next;
    });
  return [params.get(name), open];
}
