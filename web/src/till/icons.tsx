const shapes = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  back: 'M9 5h11v14H9l-6-7zM12 9.5l5 5M17 9.5l-5 5',
} as const;

/** A drawing beside words that say the same. */
export function Icon({ shape, size }: { shape: keyof typeof shapes; size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" className="icon">
      <path d={shapes[shape]} />
    </svg>
  );
}
