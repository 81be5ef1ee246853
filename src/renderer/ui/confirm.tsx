import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { Button } from './controls.tsx';

/** Only for what leaves the machine or destroys: the question with the count, the verb, the focus on the safe one. */
export function Confirm(props: {
  isOpen: boolean;
  title: string;
  children: ReactNode;
  verb: string;
  keep: string;
  onConfirm(): void;
  onClose(): void;
}) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title={props.title} withCloseButton={false} size="sm">
      <div className="t2 f12">{props.children}</div>
      <div className="dialog-actions">
        <Button onClick={props.onClose} autoFocus>
          {props.keep}
        </Button>
        <Button
          kind="danger"
          onClick={() => {
            props.onClose();
            props.onConfirm();
          }}
        >
          {props.verb}
        </Button>
      </div>
    </Modal>
  );
}
