type Props<T extends string> = {
  readonly label: string;
  readonly chosen: T;
  readonly options: readonly (readonly [T, string])[];
  readonly choose: (value: T) => void;
};

/** One of two or three, side by side; the focus stays where the scanner is heard. */
export function Choice<T extends string>({ label, chosen, options, choose }: Props<T>) {
  return (
    <div className="choice" role="radiogroup" aria-label={label}>
      <span>{label}</span>
      {options.map(([value, text]) => (
        <button
          key={value}
          type="button"
          role="radio"
          aria-checked={value === chosen}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => choose(value)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}
