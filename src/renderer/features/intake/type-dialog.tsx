import { Modal } from '@mantine/core';
import { DATA_TYPES, type DataType } from '../../../shared/model/data-type.ts';
import { TypeIcon, typeWords } from '../../ui/icons.tsx';

/** T: another type for the current candidate. First letters jump, Enter chooses. */
export function TypeDialog(props: {
  isOpen: boolean;
  value: DataType | undefined;
  onChoose(type: DataType): void;
  onClose(): void;
}) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="Change type" size="xs">
      <div
        className="type-list"
        onKeyDown={(event) => {
          const items = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
          const at = items.indexOf(document.activeElement as HTMLElement);
          const step =
            event.key === 'ArrowDown' || event.key === 'j' ? 1 : event.key === 'ArrowUp' || event.key === 'k' ? -1 : 0;
          const next =
            step !== 0
              ? items[at + step]
              : event.key.length === 1
                ? [...items.slice(at + 1), ...items].find((item) => item.textContent?.startsWith(event.key))
                : undefined;
          if (!next) return;
          event.preventDefault();
          next.focus();
        }}
      >
        {DATA_TYPES.filter((type) => type !== 'file').map((type) => (
          <button
            type="button"
            key={type}
            className="btn ghost block"
            aria-pressed={type === props.value}
            data-autofocus={type === props.value ? true : undefined}
            onClick={() => {
              props.onChoose(type);
              props.onClose();
            }}
          >
            <TypeIcon dataType={type} size={15} />
            {typeWords(type)}
          </button>
        ))}
      </div>
    </Modal>
  );
}
