import { Button, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useWords } from '../words.ts';
import { useAct, type Work } from './act.tsx';

/** How a button that opens a dialog looks: the first on its page, one in a row, a dangerous one. */
export type ButtonLook = 'primary' | 'link' | 'danger';

/** The properties of a button with such a look. */
export function lookOf(look: ButtonLook | undefined) {
  return look === 'danger' ? { danger: true } : look === undefined ? {} : { type: look };
}

type Props = {
  readonly word: string;
  readonly look?: ButtonLook;
  readonly isDisabled?: boolean;
  readonly title: string;
  /** The word of the act in the dialog; of its button where none is given. */
  readonly okText?: string;
  readonly width?: number;
  /** What will happen. */
  readonly children: ReactNode;
  readonly work: Work;
};

/** A button that tells what will happen, and acts when the person agrees. */
export function ConfirmButton(props: Props) {
  const { word, look, isDisabled = false, title, okText = word, width = 520, work } = props;
  const { t } = useWords();
  const act = useAct();
  const [isOpen, setOpen] = useState(false);
  const agree = () => {
    setOpen(false);
    void act(work);
  };
  return (
    <>
      <Button {...lookOf(look)} disabled={isDisabled} onClick={() => setOpen(true)}>
        {word}
      </Button>
      <Modal
        open={isOpen}
        destroyOnHidden
        width={width}
        title={title}
        okText={okText}
        cancelText={t('deskCancel')}
        onOk={agree}
        onCancel={() => setOpen(false)}
      >
        {props.children}
      </Modal>
    </>
  );
}
