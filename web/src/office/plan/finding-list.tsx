import { Button, Segmented, Tag } from 'antd';
import { useState } from 'react';
import { type Key, useWords } from '../words.ts';
import type { Version } from './words.ts';

/** One thing the plan checker found. */
export type Finding = Version['findings'][number];
type Severity = Finding['severity'];

const severities: readonly Severity[] = ['error', 'warning', 'silence', 'notice'];
const severityWords = {
  error: 'planSeverityError',
  warning: 'planSeverityWarning',
  silence: 'planSeveritySilence',
  notice: 'planSeverityNotice',
} as const satisfies Readonly<Record<Severity, Key>>;
const colours = { error: 'error', warning: 'orange', silence: 'blue', notice: 'default' } as const;

type Props = {
  readonly findings: readonly Finding[];
  /** Offered where there is a text in which to show the line. */
  readonly onJump?: (at: { readonly line: number; readonly column: number }) => void;
};

/** How many of the findings are errors: those stop an approval. */
export function errorsAmong(findings: readonly Finding[]): number {
  return findings.filter((one) => one.severity === 'error').length;
}

/** The plan checker's findings, gravest first, each with its clause and its line. */
export function FindingList({ findings, onJump }: Props) {
  const { t } = useWords();
  const [only, setOnly] = useState<Severity | 'all'>('all');
  const of = (severity: Severity) => findings.filter((one) => one.severity === severity);
  const present = severities.filter((severity) => of(severity).length > 0);
  if (present.length === 0) return <p className="desk-quiet">{t('planNoFindings')}</p>;
  const chosen = only !== 'all' && present.includes(only) ? of(only) : present.flatMap(of);
  const options = [
    { value: 'all', label: `${t('planShowAll')} ${findings.length}` },
    ...present.map((severity) => ({
      value: severity,
      label: `${t(severityWords[severity])} ${of(severity).length}`,
    })),
  ];
  return (
    <>
      <Segmented
        value={only}
        options={options}
        onChange={(value) => setOnly(severities.find((one) => one === value) ?? 'all')}
      />
      <ul className="plan-findings">
        {chosen.map((one, index) => (
          // Two findings of a kind may stand at the same place.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={`${one.code} ${one.pointer} ${index}`} data-code={one.code}>
            <div className="plan-finding-head">
              <Tag color={colours[one.severity]}>{t(severityWords[one.severity])}</Tag>
              <span>{one.clause}</span>
              <code translate="no">{one.code}</code>
              <Jump finding={one} {...(onJump === undefined ? {} : { onJump })} />
            </div>
            <p>{one.message}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

function Jump({ finding, onJump }: { readonly finding: Finding } & Pick<Props, 'onJump'>) {
  const { t } = useWords();
  const { line, column = 1 } = finding;
  if (line === undefined) return null;
  const word = t('planLine', { line });
  if (onJump === undefined) return <span className="desk-quiet">{word}</span>;
  return (
    <Button type="link" size="small" onClick={() => onJump({ line, column })}>
      {word}
    </Button>
  );
}
