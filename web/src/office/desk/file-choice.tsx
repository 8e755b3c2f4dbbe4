import { useId } from 'react';
import { useWords } from '../words.ts';

type Props = {
  readonly label: string;
  readonly file: File | undefined;
  readonly onChosen: (file: File | undefined) => void;
};

/** Chooses a table from the disk, in the words of this face and not of the browser. */
export function FileChoice({ label, file, onChosen }: Props) {
  const { t } = useWords();
  const id = useId();
  return (
    <div className="desk-file">
      <span id={id}>{label}</span>
      <label className="desk-file-choice">
        <input
          type="file"
          accept=".csv,.xlsx"
          aria-labelledby={id}
          onChange={(event) => onChosen(event.target.files?.[0])}
        />
        <span className="desk-file-button">{t('deskChooseFile')}</span>
        <span className="desk-wrap">{file?.name ?? t('deskNoFile')}</span>
      </label>
    </div>
  );
}
