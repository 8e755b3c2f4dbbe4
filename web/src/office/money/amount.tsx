import { Form, Input } from 'antd';
import { fenFromYuanText } from '@huiquan/domain/fen.ts';
import { useWords } from '../words.ts';

/** An amount in 元 as typed, in 分; undefined for what is no amount above zero. */
export function fenOf(text: string | undefined): number | undefined {
  const fen = fenFromYuanText((text ?? '').trim());
  return fen === undefined || fen <= 0n ? undefined : Number(fen);
}

type Props = { readonly name: string | (string | number)[]; readonly label: string };

/** A field for an amount of money in 元. */
export function AmountField({ name, label }: Props) {
  const { t } = useWords();
  return (
    <Form.Item
      name={name}
      label={label}
      rules={[
        {
          validator: async (_, value: string | undefined) => {
            if (fenOf(value) === undefined) throw new Error(t('moneyBadAmount'));
          },
        },
      ]}
    >
      <Input inputMode="decimal" maxLength={20} autoComplete="off" suffix={t('deskYuan')} />
    </Form.Item>
  );
}
